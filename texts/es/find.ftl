## Búsqueda

find-welcome = ¡Hola! Te damos la bienvenida a { $shop }.
find-welcome-known = ¡Qué bueno verte de nuevo, { $name }!
find-found = Esto encontramos para «{ $query }»:
find-near = No tenemos exactamente «{ $query }». Lo más parecido:
find-near-one = No tenemos exactamente «{ $query }». Lo más parecido:
find-nothing = No encontramos nada para «{ $query }».
find-ad = Del anuncio que viste:

## Tarjetas de productos

cards-ranges = *{ $title }*: { $count } productos. ¿Cuáles te mostramos?
cards-range-row = { $from }–{ $to }
cards-refused = Ahora no podemos abrir la vista con fotos. Puedes ver los productos en una lista.
cards-list-button = Ver la lista
