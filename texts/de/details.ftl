## Einzelheiten der Bestellung

ask-delivery-or-write = Wie möchten Sie die Ware bekommen? Ihre Adresse können Sie gleich hier schreiben oder Ihren Standort senden.
pin-door = 📍 Ihren Standort haben wir. Klingel, Stockwerk oder Wohnung können Sie einfach hier dazuschreiben.
door-long = Das ist zu lang. Bitte höchstens 200 Zeichen.
ask-contact = Unter welcher Nummer erreicht Sie der Kurier? Bitte teilen Sie Ihre Nummer oder schreiben Sie eine andere, zum Beispiel: 0151 23456789
phone-wrong = Diese Telefonnummer scheint unvollständig oder falsch zu sein.
ask-receiver = Wer nimmt die Lieferung entgegen? Bitte schreiben Sie den Namen, und die Telefonnummer, falls es eine andere ist. Zum Beispiel: Anna Schmidt, 0151 23456789
receiver-wrong = Darin habe ich keinen Namen gefunden.
myself-button = Ich selbst
ask-note = Bitte schreiben Sie die Notiz zu Ihrer Bestellung.
note-long = Diese Notiz ist zu lang. Bitte höchstens 500 Zeichen.
no-note-button = 🗑 Notiz entfernen
back-to-order-button = ◂ Zur Bestellung
summary-receiver = 👤 Für: { $who }
summary-contact = 📞 Telefon: { $phone }
change-receiver-row = 👤 Wer nimmt entgegen
change-note-row = 📝 Notiz
