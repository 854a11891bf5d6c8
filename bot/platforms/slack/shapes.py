"""The parts of Slack's answers that decide about people and channels, checked at the edge."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from handlers.errors import Unavailable

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
Flag = Annotated[bool, Field(default=False, strict=True)]


class Profile(BaseModel):
    """How a person shows."""

    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None


class OrgUser(BaseModel):
    """A person of an Enterprise organisation: the workspaces they belong to."""

    teams: list[str] = []


class User(BaseModel):
    """docs.slack.dev/reference/objects/user-object."""

    id: Id
    team_id: str = ""
    name: str = ""
    real_name: str | None = None
    deleted: Flag
    is_bot: Flag
    is_restricted: Flag
    is_ultra_restricted: Flag
    is_stranger: Flag
    is_email_confirmed: bool = True
    profile: Profile = Profile()
    enterprise_user: OrgUser = OrgUser()


class Channel(BaseModel):
    """docs.slack.dev/reference/objects/conversation-object."""

    id: Id
    name: str = ""
    user: str = ""
    is_im: Flag
    is_mpim: Flag
    is_private: Flag
    is_archived: Flag
    is_shared: Flag
    is_ext_shared: Flag
    is_org_shared: Flag
    is_pending_ext_shared: Flag

    @property
    def reaches_outside(self) -> bool:
        """Whether somebody of another workspace reads it, or soon may."""
        return self.is_shared or self.is_ext_shared or self.is_org_shared or self.is_pending_ext_shared


class UserGroup(BaseModel):
    """docs.slack.dev/reference/objects/usergroup-object."""

    handle: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    users: list[Id] = []
    date_delete: int = 0


class MemberPage(BaseModel):
    """A page of `conversations.members`."""

    members: list[Id]


class UserPage(BaseModel):
    """A page of `users.list`."""

    members: list[User]


class GroupPage(BaseModel):
    """`usergroups.list` with users."""

    usergroups: list[UserGroup]


class OneUser(BaseModel):
    """`users.info`."""

    user: User


class OneChannel(BaseModel):
    """`conversations.info`."""

    channel: Channel


Shape = TypeVar("Shape", bound=BaseModel)


def read_as(shape: type[Shape], data: Mapping[str, Any]) -> Shape:
    """The answer in its shape. Raises Unavailable: what is not understood is as good as not answered."""
    try:
        return shape.model_validate(data)
    except ValidationError as wrong:
        raise Unavailable(f"Slack's answer was not understood ({shape.__name__}, {wrong.error_count()} fields).") from None
