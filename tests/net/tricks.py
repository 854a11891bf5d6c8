"""URLs that try to lead somewhere else than they look, and the addresses that nobody on the internet may have."""

INSIDE = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",  # noqa: S104
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo",
    "fec0::1", "ff02::1", "2606:4700::5efe:a00:1", "2606:4700::200:5efe:7f00:1", "4000::1", "not an address", "", "127.1", "0x7f000001",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1")
TRICKS = (
    # Other spellings of 127.0.0.1 and of the metadata service
    "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://0x7F.0x0.0x0.0x1/", "https://0177.0.0.1/",
    "https://0177.0.0.01/", "https://127.1/", "https://127.0.1/", "https://0/", "https://0.0.0.0/", "https://127.0.0.1./",
    "https://127.0.0.1.:443/", "https://00000127.0.0.1/", "https://127.000.000.001/", "https://0x7f.1/", "https://2852039166/",
    "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://169.254.43518/", "https://425.510.425.510/", "https://1.2.3.4.5/",
    "https://0x/", "https://127.0.0.0x/", "https://4294967296/", "https://08.8.8.8/", "https://1.1.1.256/",
    # IPv6 in many dresses
    "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001::1]/", "https://[fe80::1%25lo]/",
    "https://[fe80::1%lo]/", "https://[fd00:ec2::254]/", "https://[ff02::1]/", "https://[::1/", "https://::1/", "https://[127.0.0.1]/",
    "https://[v1.fe80::a]/", "https://[]/",
    # Letters that become something else
    "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://ⓛocalhost/", "https://loc\u00adalhost/", "https://\uff11\uff12\uff17.0.0.1/",
    "https://exam\u200bple.com/", "https://%31%32%37.0.0.1/", "https://127%2e0%2e0%2e1/", "https://example.com%00.evil.com/",
    # Who is the host?
    "https://example.com@127.0.0.1/", "https://127.0.0.1@example.com/", "https://a:b@example.com/", "https://example.com:80@127.0.0.1/",
    "https://example.com\\@127.0.0.1/", "https:\\\\127.0.0.1\\", "https://example.com\\.evil.com/", "https:///127.0.0.1/",
    "https:127.0.0.1/", "https:/127.0.0.1/", "//127.0.0.1/", "https://", "https:///", "https://?a", "https://#@127.0.0.1/",
    "https://example.com;127.0.0.1/", "https://example.com,127.0.0.1/", "https://-example.com/", "https://example..com/",
    "https://.example.com/", "https://example.com./", "https://*.example.com/", "https://exa mple.com/", "https://example.com\t/",
    "\thttps://example.com/", " https://example.com/", "https://example.com/\r\nHost: 127.0.0.1", "https://example.com/a b",
    "https://example.com/\x00", "https://example.com/\ud800", "https://" + "a." * 130 + "com/", "https://" + "a" * 64 + ".com/",
    "https://example.com/" + "a" * 5000,
    # Names that only mean something inside, other schemes and ports
    "https://localhost/", "https://LOCALHOST/", "https://metadata/", "https://redis:6379/", "http://example.com/", "HTTP://example.com/",
    "http://127.0.0.1:6379/", "https://example.com:22/", "https://example.com:6379/", "https://example.com:0/", "https://example.com:99999/",
    "https://example.com:/", "https://example.com:443x/", "https://example.com:+443/", "ftp://example.com/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL", "data:text/html,hi", "javascript:alert(1)", "unix:///run/docker.sock", "", "example.com",
    "jar:https://example.com!/", "dict://127.0.0.1:11211/stat", "url:https://example.com/", "https+unix://%2Frun%2Fdocker.sock/",
)  # fmt: skip
