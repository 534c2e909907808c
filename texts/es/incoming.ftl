## Carritos de otra parte

cart-foreign = Este carrito no es de nuestro catálogo.
cart-other-currency = Los precios de tu carrito estaban en { $other }. Vendemos en { $ours } y valen estos precios:
both-old = 🛒 *Tu carrito*
both-new = 🆕 *El nuevo*
both-ask = Ya hay algo en tu carrito. ¿Qué hacemos?
both-replace-button = Tomar el nuevo
both-add-button = Juntar los dos
both-keep-button = Dejar el anterior
both-added = Hemos juntado los dos.
both-kept = De acuerdo, tu carrito queda como estaba.
again = 🔁 Lo mismo que el pedido { $number }

## En su lugar

instead = 💡 Toca *{ $open }* para ver algo parecido y todo lo demás.
instead-title = Productos parecidos
instead-rest-title = Opciones
