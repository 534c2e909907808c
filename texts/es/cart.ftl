## Carrito

cart = 🛒 *Tu carrito*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [one] … y una línea más
   *[other] … y { $count } líneas más
}
cart-total = *Total: { $total }*
cart-note = Tu nota: { $note }
cart-aside = No está en el carrito:
aside-unknown = • { $sku }: no tenemos ese producto
aside-sold_out = • { $title }: agotado (pediste { $quantity })
aside-short = • { $title }: { $quantity } menos, no quedan más
aside-withdrawn = • { $title }: ya no está a la venta
aside-bad_quantity = • { $title }: esa cantidad no es posible, puedes pedir de 1 a 99
aside-foreign = • { $sku }: no es de nuestro catálogo
cart-empty = Tu carrito está vacío. ¿Qué te mostramos?
cart-nothing-left = Lo sentimos: ahora mismo no hay nada disponible de este carrito.
cart-added = ✅ Añadido a tu carrito: { $title }
cart-set = ✅ En tu carrito: { $quantity } × { $title }
cart-replaced = Tu nuevo carrito reemplaza al anterior.
cart-cleared = Tu carrito vuelve a estar vacío.
cart-removed = Quitado: { $title }
cart-most = { $title }: ahora mismo puedes pedir { $count } como máximo.
cart-sold-out = Lo sentimos, agotado: { $title }
cart-prices-moved = Los precios han cambiado: el total era { $before } y ahora es { $after }.
cart-stock-moved = Las existencias han cambiado y hemos actualizado tu carrito.
cart-stale = Has tocado un mensaje anterior. Así está todo ahora:
checkout-button = Hacer el pedido
change-button = Cambiar
cart-lines-title = En el carrito
change-cart = ¿Qué quieres cambiar?
change-line = *{ $title }*
    { $quantity } × { $price } = { $total }

    Para otra cantidad, escribe el número.
change-line-hint = { $quantity } × { $price }
plus-button = Uno más
minus-button = Uno menos
remove-button = Quitar
clear-row = 🗑 Vaciar el carrito
back-row = ◂ Volver al carrito
restore-button = ↩ Recuperarlo
restore-row = ↩ Tu carrito anterior
cart-restored = Tu carrito está de vuelta.
cart-lapsed = Tu carrito anterior se cerró porque llevaba mucho tiempo esperando; escribe *recuperar* y volverá.
add-note-row = 📝 Añadir una nota
cart-note-row = 📝 Cambiar la nota
remove-note-button = Quitar la nota
ask-cart-note = Escribe una nota para tu carrito: papel de regalo, código de la puerta, lo que debamos saber.
ask-other-note = Tu nota: { $note }

    Escribe otra o quítala.
note-kept = 📝 Tenemos tu nota.
note-removed = Hemos quitado tu nota.
note-cut = Tu nota era larga; guardamos los primeros { $count } caracteres.
quantity-wrong = Escribe un número del 1 al 99, por favor.
