## Suche

find-welcome = Willkommen bei { $shop }!
find-welcome-known = Schön, dass Sie wieder da sind, { $name }!
find-found = Das haben wir zu „{ $query }“ gefunden:
find-near = „{ $query }“ haben wir nicht genau so. Am ehesten passen:
find-near-one = „{ $query }“ haben wir nicht genau so. Am ehesten passt:
find-nothing = Zu „{ $query }“ haben wir nichts gefunden.
find-ad = Aus der Anzeige, die Sie gesehen haben:

## Produktkarten

cards-ranges = *{ $title }*: { $count } Produkte. Welche möchten Sie sehen?
cards-range-row = { $from }–{ $to }
cards-refused = Die Ansicht mit Bildern lässt sich gerade nicht öffnen. Sie finden die Produkte in der Liste.
cards-list-button = Liste zeigen
