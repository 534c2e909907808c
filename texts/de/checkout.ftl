## Bestellen

ask-delivery = Wie möchten Sie die Ware bekommen?
delivery-button = 🚚 Lieferung
pickup-button = 🏬 Abholung
ask-address = Wohin dürfen wir liefern? Bitte schreiben Sie die ganze Adresse (Straße, Hausnummer, PLZ, Ort) oder senden Sie Ihren Standort.
ask-address-short = Das ist für eine Adresse zu kurz. Bitte schreiben Sie Straße, Hausnummer, PLZ und Ort.
ask-address-long = Das ist für eine Adresse zu lang. Bitte höchstens 500 Zeichen.
ask-address-number = Darin steht keine Nummer. Bitte schreiben Sie Straße, Hausnummer, PLZ und Ort. Gibt es keine Nummer, senden Sie es noch einmal.
pick-address = Wohin dürfen wir liefern? Wählen Sie aus, schreiben Sie eine neue Adresse oder senden Sie Ihren Standort.
new-address-row = ➕ Andere Adresse
address-row = Adresse { $number }
pin = Standort
ask-payment = Wie möchten Sie bezahlen?
pay-cash-button = 💵 Bei Lieferung
pay-cash-pickup-button = 💵 Im Laden
pay-transfer-button = 🏦 Überweisung
pay-other = Diese Zahlungsart gibt es hier nicht. Bitte wählen Sie eine der folgenden oder schreiben Sie *Mensch*.
summary = 🧾 *Ihre Bestellung*
summary-delivery = 🚚 Lieferung an: { $address }
summary-pickup = 🏬 Abholung: { $address }
summary-pickup-plain = 🏬 Abholung im Laden
summary-cash = 💵 Bezahlung bei Lieferung
summary-cash-pickup = 💵 Bezahlung im Laden
summary-transfer = 🏦 Bezahlung per Überweisung
summary-ask = Ist alles richtig?
confirm-button = Jetzt kaufen
confirm-tap = Zum Bestellen tippen Sie bitte auf *{ $button }*.
change-order = Was möchten Sie ändern?
change-goods-row = 🛒 Artikel
change-delivery-row = 🚚 Lieferung
change-address-row = 📍 Adresse
change-payment-row = 💵 Bezahlung
back-to-order-row = ◂ Zur Bestellung
not-for-sale-now = Im Moment nehmen wir keine Bestellungen an. Sie können aber unserem Team schreiben.

## Bestellt

placed = ✅ *Vielen Dank! Ihre Bestellung { $number } ist eingegangen.*
placed-transfer = Bitte überweisen Sie innerhalb von { $hours ->
    [one] { $hours } Stunde
   *[other] { $hours } Stunden
} *{ $total }* und geben Sie { $number } als Verwendungszweck an:
placed-next-delivery = Wir sagen Ihnen hier Bescheid, sobald sie unterwegs ist.
placed-next-pickup = Wir sagen Ihnen hier Bescheid, sobald sie bereitliegt.
placed-next-transfer = Wir sagen Ihnen hier Bescheid, sobald Ihre Zahlung da ist.
already-placed = Aus diesem Warenkorb ist schon Bestellung { $number } geworden. So steht es um sie:
