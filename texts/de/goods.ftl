## Sortimente und Artikel

collection = *{ $title }*
    Wählen Sie einen Artikel.
collection-empty = *{ $title }*: Hier haben wir im Moment nichts im Angebot.
collection-view-row = 🛍 Mit Bildern
collection-view-hint = Als Produktkarten
collection-view = Tippen Sie einen Artikel an, legen Sie ihn in den Warenkorb und senden Sie den Warenkorb hierher.
from-price = ab { $price }
row-price = { $price }
row-sale = { $price } statt { $before }
row-sold-out = { $price } · ausverkauft
variants = *{ $title }*
    { $description }

    Welche Ausführung möchten Sie?
product = *{ $title }*
    { $price }
    { $stock }

    { $description }
product-sale = { $price } statt ~{ $before }~
stock-many = ✅ Auf Lager
stock-few = { $count ->
    [one] ⚡ Das letzte Stück
   *[other] ⚡ Nur noch { $count } Stück
}
stock-none = ❌ Ausverkauft
add-button = In den Warenkorb
buy-button = Direkt zur Kasse
number-footer = Wie viele? Schreiben Sie einfach die Zahl.
product-gone = Das haben wir nicht mehr im Angebot.
