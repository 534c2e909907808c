## Hacer el pedido

ask-delivery = ¿Cómo quieres recibirlo?
delivery-button = 🚚 A domicilio
pickup-button = 🏬 Recoger en tienda
ask-address = ¿Adónde te lo llevamos? Escribe la dirección completa (calle, número, barrio, ciudad) o envía tu ubicación.
ask-address-short = Es muy corto para una dirección. Escribe calle, número, barrio y ciudad, por favor.
ask-address-long = Es muy largo para una dirección. Usa 500 caracteres como máximo, por favor.
ask-address-number = No veo ningún número. Escribe calle, número, barrio y ciudad, por favor. Si no hay número, envíalo otra vez.
pick-address = ¿Adónde te lo llevamos? Elige, escribe otra dirección o envía tu ubicación.
new-address-row = ➕ Otra dirección
address-row = Dirección { $number }
pin = Ubicación
ask-payment = ¿Cómo quieres pagar?
pay-cash-button = 💵 Al recibir
pay-cash-pickup-button = 💵 En la tienda
pay-transfer-button = 🏦 Transferencia
pay-other = Esa forma de pago no se puede elegir aquí. Elige una de estas o escribe *persona*.
summary = 🧾 *Tu pedido*
summary-delivery = 🚚 Entrega en: { $address }
summary-pickup = 🏬 Recoger en: { $address }
summary-pickup-plain = 🏬 Recoger en la tienda
summary-cash = 💵 Pago al recibir
summary-cash-pickup = 💵 Pago en la tienda
summary-transfer = 🏦 Pago por transferencia
summary-ask = ¿Está todo bien?
confirm-button = ✅ Confirmar pedido
confirm-tap = Para hacer el pedido, toca *{ $button }*.
change-order = ¿Qué quieres cambiar?
change-goods-row = 🛒 Productos
change-delivery-row = 🚚 Entrega
change-address-row = 📍 Dirección
change-payment-row = 💵 Pago
back-to-order-row = ◂ Volver al pedido
not-for-sale-now = Ahora mismo no aceptamos pedidos. Si quieres, puedes escribir a nuestro equipo.

## Pedido hecho

placed = ✅ *¡Gracias! Hemos recibido tu pedido { $number }.*
placed-transfer = Transfiere *{ $total }* en un plazo de { $hours ->
    [one] { $hours } hora
   *[other] { $hours } horas
} y escribe { $number } en el concepto:
placed-next-delivery = Te avisamos por aquí cuando esté en camino.
placed-next-pickup = Te avisamos por aquí cuando esté listo.
placed-next-transfer = Te avisamos por aquí cuando llegue tu pago.
already-placed = Este carrito ya es el pedido { $number }. Así está:
