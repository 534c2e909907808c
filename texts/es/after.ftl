## Después del pedido

order-title = Este pedido
orders-row = 📦 Mis pedidos
receipt-row = 🧾 Recibo
order-address-row = 📍 Cambiar dirección
cancel-order-row = ❌ Cancelar el pedido
order-again-row = 🔁 Pedir lo mismo
order-talk-row = 💬 Preguntar por él
next-placed = En cuanto se confirme, te avisamos aquí.
next-ready = Cuando vengas, solo dinos tu número de pedido.
next-shipped = Cuando se entregue, te avisamos aquí.
next-delivered = Si hay algún problema, escríbenos y lo resolvemos.
transfer-proof = Gracias, vamos a comprobar tu transferencia. Te avisamos por aquí en cuanto llegue el pago del pedido *{ $number }*.
order-said = Elige qué hacer con este pedido o escribe a nuestro equipo.

## Cancelar

cancel-ask = ¿Cancelamos tu pedido { $number } de *{ $total }*?
cancel-transfer = Si ya has hecho la transferencia, te la devolveremos cuando llegue.
cancel-yes-button = Sí, cancelar
cancel-no-button = No, dejarlo
cancel-order-button = ❌ Cancelar pedido
cancel-already = Este pedido ya está cancelado.
cancel-too-late = Tu pedido { $number } ya no se puede cancelar aquí ({ $status }). Alguien de nuestro equipo puede ayudarte.
cancel-title = Se pueden cancelar
ask-cancel-one = ¿Quieres cancelar tu pedido { $number }?
ask-cancel-which = ¿Qué quieres cancelar?

## Otra dirección

ask-order-address = ¿Adónde llevamos el pedido { $number }? Escribe la dirección completa (calle, número, barrio, ciudad) o envía tu ubicación.
pick-order-address = ¿Adónde llevamos el pedido { $number }? Elige, escribe otra dirección o envía tu ubicación.
keep-address-button = Dejar la dirección
address-changed = De acuerdo, tu pedido { $number } irá a esta dirección:
    🚚 { $address }
address-same = Tu pedido { $number } ya va a esta dirección:
    🚚 { $address }
address-too-late = La dirección del pedido { $number } ya no se puede cambiar aquí ({ $status }). Alguien de nuestro equipo puede ayudarte.

## Recibo

receipt = 🧾 *{ $shop }*
    Pedido { $number } · { $date }
receipt-part = 🧾 Pedido { $number }, desde la línea { $from }
receipt-line = { $quantity } × { $title } a { $price } = { $total }
receipt-delivery = Envío: { $amount }
receipt-tax = Impuestos: { $amount }
receipt-discount = Descuento: −{ $amount }

## Responde una persona

human-order = 💬 Alguien de nuestro equipo te responderá aquí sobre tu pedido { $number }; ve escribiendo de qué se trata. Para seguir comprando, toca el botón.
resume = ¡Gracias por hablar con nosotros! Puedes seguir desde aquí.
untold = Mientras tanto, tus pedidos:
untold-line = 📦 { $number }: { $status }
repeated = Si no encuentras lo que buscas, escribe *persona* y alguien de nuestro equipo te ayuda.
stuck = Creo que no nos estamos entendiendo. ¿Quieres que te ayude alguien de nuestro equipo? También puedes seguir donde estabas.
stuck-called = Hemos avisado a alguien de nuestro equipo, que te responderá aquí. Para seguir comprando, toca el botón.
