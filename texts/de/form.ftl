## Formular für die Adresse

ask-address-form = Wohin dürfen wir liefern? Füllen Sie das Formular aus oder schreiben Sie die ganze Adresse hierher; Sie können auch Ihren Standort senden.
form-button = Adressformular
form-late = Dieses Formular gilt nicht mehr.
form-incomplete = Im Formular fehlen Straße oder Ort.
form-long = Die Angaben im Formular sind zu lang.
form-title = Lieferadresse
form-name = Vor- und Nachname
form-phone = Telefon
form-street = Straße, Hausnummer
form-district = PLZ, Ortsteil
form-city = Ort
form-note = Hinweis zum Weg
form-send = Senden
