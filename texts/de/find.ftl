## Suche

find-welcome = Willkommen bei { $shop }!
find-welcome-known = Schön, dass Sie wieder da sind, { $name }!
find-found = Das haben wir zu „{ $query }“ gefunden:
find-near = „{ $query }“ haben wir nicht genau so. Am ehesten passen:
find-near-one = „{ $query }“ haben wir nicht genau so. Am ehesten passt:
find-nothing = Zu „{ $query }“ haben wir nichts gefunden.
