## Enlaces

link-words-product = ¡Hola! Me interesa { $title }.
link-words-cart = ¡Hola! Abre por favor el carrito preparado.
link-over = Este enlace ha caducado. Elige abajo lo que quieras.
link-unknown = Este enlace ya no lleva a nada. Elige abajo lo que quieras.
