### Was Kundinnen und Kunden auf Deutsch lesen. Titel von Knöpfen und Zeilen haben 20 und 24 Zeichen; längere werden gekürzt.

## Wörter, die überallhin führen

menu-open = Auswählen
more = Mehr ▸
menu-button = Menü
cart-button = 🛒 Warenkorb
human-button = 💬 Uns schreiben
continue-button = Weiter einkaufen
language-row = 🌐 { $language }
languages-row = 🌐 Sprache / Language
languages = In welcher Sprache dürfen wir mit Ihnen sprechen?

## Begrüßung und Menü

greeting = Willkommen bei { $shop }! Was dürfen wir Ihnen zeigen?
greeting-known = Schön, dass Sie wieder da sind, { $name }! Was darf es heute sein?
menu = Was möchten Sie sich ansehen?
menu-instead = Wählen Sie unten aus, oder schreiben Sie unserem Team.
menu-empty = Im Moment haben wir nichts im Angebot. Sie können aber unserem Team schreiben.
menu-goods-products = Artikel
menu-all-row = Alle Artikel
menu-goods = Sortiment
menu-rest = Weiteres
menu-catalog-row = 🛍 Im Katalog stöbern
menu-catalog-hint = Mit Bildern und eigenem Warenkorb
menu-again-title = Wie beim letzten Mal
menu-again-hint = Ihre letzte Bestellung zu heutigen Preisen
menu-cart-title = Ihr Warenkorb
menu-cart-row = 🛒 Zum Warenkorb
menu-cart-hint = { $pieces ->
    [one] { $pieces } Stück, { $total }
   *[other] { $pieces } Stück, { $total }
}
menu-orders-row = 📦 Meine Bestellungen
menu-orders-hint = Wie es um sie steht
menu-human-row = 💬 Uns schreiben
menu-human-hint = Jemand aus unserem Team antwortet hier
menu-notices-row = 🔔 Wieder Neuigkeiten
catalog = Sehen Sie sich um, legen Sie in den Warenkorb, was Ihnen gefällt, und senden Sie ihn hierher. Den Rest machen wir.
