## Warenkorb

cart = 🛒 *Ihr Warenkorb*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [one] … und eine weitere Position
   *[other] … und { $count } weitere Positionen
}
cart-total = *Summe: { $total }*
cart-note = Ihre Notiz: { $note }
cart-aside = Nicht im Warenkorb:
aside-unknown = • { $sku }: diesen Artikel haben wir nicht
aside-sold_out = • { $title }: ausverkauft (Sie wollten { $quantity })
aside-short = • { $title }: { $quantity } weniger, mehr haben wir nicht
aside-withdrawn = • { $title }: nicht mehr im Angebot
aside-bad_quantity = • { $title }: diese Menge geht nicht, möglich sind 1 bis 99
aside-foreign = • { $sku }: nicht aus unserem Katalog
cart-empty = Ihr Warenkorb ist leer. Was dürfen wir Ihnen zeigen?
cart-nothing-left = Leider ist von diesem Warenkorb im Moment nichts erhältlich.
cart-added = ✅ In den Warenkorb gelegt: { $title }
cart-set = ✅ In Ihrem Warenkorb: { $quantity } × { $title }
cart-replaced = Ihr neuer Warenkorb hat den vorigen ersetzt.
cart-cleared = Ihr Warenkorb ist wieder leer.
cart-removed = Herausgenommen: { $title }
cart-most = { $title }: im Moment sind höchstens { $count } Stück möglich.
cart-sold-out = Leider ausverkauft: { $title }
cart-prices-moved = Die Preise haben sich geändert: Die Summe war { $before } und ist jetzt { $after }.
cart-stock-moved = Der Bestand hat sich geändert. Wir haben Ihren Warenkorb angepasst.
cart-stale = Sie haben eine ältere Nachricht angetippt. So sieht es jetzt aus:
checkout-button = Zur Kasse
change-button = Ändern
cart-lines-title = Im Warenkorb
change-cart = Was möchten Sie ändern?
change-line = *{ $title }*
    { $quantity } × { $price } = { $total }

    Für eine andere Menge schreiben Sie einfach die Zahl.
change-line-hint = { $quantity } × { $price }
plus-button = Eins mehr
minus-button = Eins weniger
remove-button = Entfernen
clear-row = 🗑 Warenkorb leeren
back-row = ◂ Zum Warenkorb
restore-button = ↩ Zurückholen
restore-row = ↩ Voriger Warenkorb
cart-restored = Ihr Warenkorb ist wieder da.
cart-lapsed = Ihr voriger Warenkorb wurde geschlossen, weil er lange gewartet hat. Schreiben Sie *zurückholen*, dann kommt er wieder.
add-note-row = 📝 Notiz hinzufügen
cart-note-row = 📝 Notiz ändern
remove-note-button = Notiz löschen
ask-cart-note = Schreiben Sie eine Notiz zu Ihrem Warenkorb: Geschenkpapier, Türcode, was wir wissen sollten.
ask-other-note = Ihre Notiz: { $note }

    Schreiben Sie eine andere, oder löschen Sie sie.
note-kept = 📝 Wir haben Ihre Notiz.
note-removed = Ihre Notiz ist gelöscht.
note-cut = Ihre Notiz war lang; die ersten { $count } Zeichen haben wir behalten.
quantity-wrong = Bitte schreiben Sie eine Zahl von 1 bis 99.
