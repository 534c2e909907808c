## Arama

find-welcome = Merhaba, hoş geldiniz! Burası { $shop }.
find-welcome-known = Tekrar hoş geldiniz, { $name }!
find-found = “{ $query }” için bulduklarımız:
find-near = “{ $query }” tam olarak yok. En yakınları:
find-near-one = “{ $query }” tam olarak yok. En yakını:
find-nothing = “{ $query }” için bir şey bulamadık.
