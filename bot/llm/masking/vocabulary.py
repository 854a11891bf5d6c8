"""Words that the rules listen to, in the languages of support mail."""

# ruff: noqa: RUF001 - letters of other alphabets are what it is about

from collections.abc import Mapping
from typing import Literal

Label = Literal["", "phone", "card", "iban", "ssn", "email", "version", "other"]
"""What a number is said to be."""

STEMS: Mapping[Label, str] = {
    "phone": (
        "phone telefon teleph telef mobil whatsapp handy rufnummer celular movil cellul portatile fixnetz festnetz"
        " телефон мобиль факс τηλεφων κινητο 电话 手机 電話 手機 携帯 전화 휴대 هاتف جوال موبايل תלפון טלפון נייד โทร"
        " มือถือ फोन मोबाइल dienthoai zadzwon dzwon zavol volejt volat hivj hivni sunat arayin soita bellen terugbel"
        " bereikbaar rappel joign joindre kontakt contatt recapit llam звон набер позвон καλεσ hubungi komorka komork"
        " numaram اتصل התקשר gọi"
    ),
    "card": ("creditcard debitcard cardnum cardno kreditkart mastercard kartennummer kortnum 信用卡 银行卡 カード番号 카드번호"),
    "iban": ("iban"),
    "ssn": ("ssn socialsec"),
    "email": ("email"),
    "version": ("version firmware chromium"),
    "other": (
        "order invoice tracking shipment parcel serial reference uuid commit transaction timestamp checksum bestell"
        " rechnung sendung auftrag factura pedido commande facture ordine fattura заказ счет 订单 注文 주문 orderid"
        " customerid"
    ),
}
"""Parts of words that say what a number is, wherever in a word: `phoneNumber`, `Mobiltelefon`."""
WORDS: Mapping[Label, str] = {
    "phone": (
        "tel tele telf tfno tlf tfn ph mob cell cellphone fax gsm sms hotline landline call called calling caller"
        " callback dial dialed dialled ring rang reach contact msisdn wa tlfn puh tlp telp hp sdt dt anruf anrufen"
        " ruf ruckruf ruckfragen erreichbar durchwahl appelez appeler appel llame llamar llamenos ligue ligar chiame"
        " chiamare bel ring ringa puhelin gsm text texted pager voicemail тел моб звоните позвоните τηλ cep reachable"
    ),
    "card": (
        "card cards visa amex maestro discover jcb diners karte carte tarjeta carta cartao kaart kort karta"
        " kreditkarte pan карта карты unionpay girocard"
    ),
    "iban": ("iban"),
    "ssn": ("ssn social ssns itin"),
    "email": ("email mail mailto courriel correo"),
    "version": (
        "version versions ver v release rel upgrade upgraded firmware build nuget pip npm chrome firefox safari"
        " section chapter clause rev fig figure table revision driver kernel sdk dll oid"
    ),
    "other": (
        "order orders sku id ids isbn issn ean upc gtin asin doi ref rma case ticket tickets issue pr bug part item"
        " product article batch imei imsi iccid vin zip postcode plz postal lat lon lng latitude longitude"
        " coordinates coords gps epoch unix ts total amount sum price cost balance usd eur gbp size bytes port pid"
        " seq hash sha md5 line row page rows records room build error code contract policy account acct vertrag"
        " barcode awb parcel package waybill ups fedex dhl usps hermes score count population revenue units qty"
        " quantity vat ust siret siren duns abn license licence permit job session request trace span bestellung"
        " offset duration commit изделие инн заказ"
    ),
}
"""Whole words that say it. `other` has numbers and is nobody's secret: orders, builds, prices, parcels."""
NUMBERS = "nr num numara number numer numeri numero nummer номер"
"""The word number, which says nothing by itself."""
OWNERS = "hans her his ihre il ma meine meiner meu mi mijn min mio moj mon my o our seine son su their your его мой"
"""Words that make a number somebody's (`my number is`), in front of one of NUMBERS."""
VERBS = "call called calling text texted ring rang reach contact dial dialed appel ligar"
"""Words that speak of a phone number that follows them, and of none that stands before."""
PASSWORDS = (
    "password passwd passphrase passcode pwd passwort kennwort contrasena senha wachtwoord losenord salasana hasło heslo"
    " parola пароль 密码 密碼 パスワード 비밀번호"
)
"""Words whose value is a secret whatever it looks like."""
NOTHING = (
    "a above again already also an and at authentication authorization available based be because been being below blank"
    " boolean broken but by bytes changed changeme confirmation correct empty encrypted expired false field field. fields"
    " for forgotten from generated has hashed have here hidden if in incorrect input int invalid is it link managed manager"
    " masked missing my needed nil no none not now null nullable number object of ok on only optional or our page password"
    " please policies policy protected provided recovery redacted required requirements reset resets revoked rotated safe"
    " saved secret secure self sent set so still stored str string strong text that the this to token too true type"
    " undefined unset updated valid value very via was weak when with working wrong yes your"
)
"""What follows a word for a secret in prose and in type annotations, and is no secret."""
BEFORE_AN_ADDRESS = (
    "acct assignee bcc cc contact e-mail email from git login mail mailto owner recipient reply-to requester sender sip"
    " smtp ssh to user username xmpp"
)
"""What stands before a colon and an address, and is no name with a password."""
PARTICLES = (
    "am an and as at be bin by das del den der do dos go he ibn if in is it las les los my no of on or so the to up us van von we"
)
"""Short words that are parts of names too; they are hidden inside of the whole name only."""
