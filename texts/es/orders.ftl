## Pedidos

orders = 📦 *Tus pedidos*
orders-none = Todavía no tienes pedidos.
order = 📦 *Pedido { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Estado del pedido
orders-button = 📦 Mis pedidos
order-unknown = No encontramos este pedido.
status-awaiting_payment = ⏳ Esperando tu transferencia
status-placed = 🕐 Recibido, la tienda lo confirmará
status-accepted = 👍 Confirmado, en preparación
status-ready = 🏬 Listo para recoger
status-shipped = 🚚 En camino
status-delivered = ✅ Entregado
status-cancelled = ❌ Cancelado
payment-paid = 💵 Pagado
payment-to_refund = 💵 Te devolveremos el dinero

## Noticias de un pedido

told-payment_received = 💵 Hemos recibido el pago de tu pedido { $number }. ¡Gracias!
told-payment_too_late = 💵 El pago de tu pedido { $number } llegó después de cancelarlo. Te lo devolveremos.
told-payment_expired = ⌛ Hemos cancelado el pedido { $number } porque el pago no llegó a tiempo. Si todavía lo quieres, haz el pedido otra vez.
told-accepted_by_shop = 👍 Tu pedido { $number } está confirmado y lo estamos preparando.
told-ready_for_pickup = 🏬 Tu pedido { $number } está listo. Ya puedes venir a recogerlo.
told-handed_to_carrier = 🚚 Tu pedido { $number } va en camino.
told-arrived = ✅ Tu pedido { $number } se ha entregado. ¡Gracias por elegirnos!
told-picked_up = ✅ Has recogido tu pedido { $number }. ¡Gracias por elegirnos!
told-cancelled_by_shop = ❌ Lo sentimos, hemos tenido que cancelar tu pedido { $number }.
told-cancelled_by_customer = ❌ Tu pedido { $number } queda cancelado, como querías.
told-refund = Te devolveremos lo que pagaste.
told-why = Motivo: { $why }
