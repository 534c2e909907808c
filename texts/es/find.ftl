## Búsqueda

find-welcome = ¡Hola! Te damos la bienvenida a { $shop }.
find-welcome-known = ¡Qué bueno verte de nuevo, { $name }!
find-found = Esto encontramos para «{ $query }»:
find-near = No tenemos exactamente «{ $query }». Lo más parecido:
find-near-one = No tenemos exactamente «{ $query }». Lo más parecido:
find-nothing = No encontramos nada para «{ $query }».
