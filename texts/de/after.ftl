## Nach der Bestellung

order-title = Diese Bestellung
orders-row = 📦 Meine Bestellungen
receipt-row = 🧾 Beleg
order-address-row = 📍 Adresse ändern
cancel-order-row = ❌ Bestellung stornieren
order-again-row = 🔁 Noch einmal bestellen
order-talk-row = 💬 Dazu etwas fragen
next-placed = Sobald sie bestätigt ist, sagen wir es Ihnen hier.
next-ready = Nennen Sie beim Abholen einfach Ihre Bestellnummer.
next-shipped = Wenn sie angekommen ist, sagen wir es Ihnen hier.
next-delivered = Stimmt etwas nicht? Schreiben Sie uns, wir kümmern uns darum.
transfer-proof = Danke, wir prüfen Ihre Überweisung. Sobald die Zahlung für die Bestellung *{ $number }* da ist, melden wir uns hier.
order-said = Wählen Sie aus, was wir mit dieser Bestellung tun sollen, oder schreiben Sie unserem Team.

## Stornieren

cancel-ask = Sollen wir Ihre Bestellung { $number } über *{ $total }* stornieren?
cancel-transfer = Haben Sie schon überwiesen, zahlen wir den Betrag zurück, sobald er da ist.
cancel-yes-button = Ja, stornieren
cancel-no-button = Nein, behalten
cancel-order-button = ❌ Stornieren
cancel-already = Diese Bestellung ist schon storniert.
cancel-too-late = Ihre Bestellung { $number } lässt sich hier nicht mehr stornieren ({ $status }). Jemand aus unserem Team hilft Ihnen gern.
cancel-title = Noch stornierbar
ask-cancel-one = Möchten Sie Ihre Bestellung { $number } stornieren?
ask-cancel-which = Was möchten Sie stornieren?

## Eine andere Adresse

ask-order-address = Wohin dürfen wir Bestellung { $number } liefern? Bitte schreiben Sie die ganze Adresse (Straße, Hausnummer, PLZ, Ort) oder senden Sie Ihren Standort.
pick-order-address = Wohin dürfen wir Bestellung { $number } liefern? Wählen Sie aus, schreiben Sie eine neue Adresse oder senden Sie Ihren Standort.
keep-address-button = Adresse beibehalten
address-changed = In Ordnung, Ihre Bestellung { $number } kommt jetzt an diese Adresse:
    🚚 { $address }
address-same = Ihre Bestellung { $number } kommt schon an diese Adresse:
    🚚 { $address }
address-too-late = Die Adresse von Bestellung { $number } lässt sich hier nicht mehr ändern ({ $status }). Jemand aus unserem Team hilft Ihnen gern.

## Beleg

receipt = 🧾 *{ $shop }*
    Bestellung { $number } · { $date }
receipt-part = 🧾 Bestellung { $number }, ab Position { $from }
receipt-line = { $quantity } × { $title } zu je { $price } = { $total }
receipt-delivery = Lieferung: { $amount }
receipt-tax = Steuer: { $amount }
receipt-discount = Rabatt: −{ $amount }

## Ein Mensch antwortet

human-order = 💬 Jemand aus unserem Team antwortet Ihnen hier zu Ihrer Bestellung { $number }. Schreiben Sie ruhig schon, worum es geht. Zurück zum Einkaufen kommen Sie mit dem Knopf.
resume = Danke für das Gespräch! Hier geht es für Sie weiter.
untold = Inzwischen bei Ihren Bestellungen:
untold-line = 📦 { $number }: { $status }
repeated = Finden Sie nicht, was Sie suchen? Schreiben Sie *Mensch*, dann hilft Ihnen jemand aus unserem Team.
stuck = Ich fürchte, wir verstehen uns gerade nicht. Soll Ihnen jemand aus unserem Team helfen? Sie können auch dort weitermachen, wo Sie waren.
stuck-called = Wir haben jemandem aus unserem Team Bescheid gegeben, die Antwort kommt hier. Zurück zum Einkaufen kommen Sie mit dem Knopf.
