## Pedidos

orders = 📦 *Seus pedidos*
orders-none = Você ainda não tem pedidos.
order = 📦 *Pedido { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Status do pedido
orders-button = 📦 Meus pedidos
order-unknown = Não encontramos esse pedido.
status-awaiting_payment = ⏳ Aguardando sua transferência
status-placed = 🕐 Recebido, a loja vai confirmar
status-accepted = 👍 Confirmado, em preparação
status-ready = 🏬 Pronto para retirada
status-shipped = 🚚 A caminho
status-delivered = ✅ Entregue
status-cancelled = ❌ Cancelado
payment-paid = 💵 Pago
payment-to_refund = 💵 Vamos devolver o seu dinheiro

## Notícias de um pedido

told-payment_received = 💵 Recebemos o pagamento do seu pedido { $number }. Obrigado!
told-payment_too_late = 💵 O pagamento do seu pedido { $number } chegou depois do cancelamento. Vamos devolver o valor.
told-payment_expired = ⌛ Cancelamos o pedido { $number } porque o pagamento não chegou a tempo. Se ainda quiser, é só pedir de novo.
told-accepted_by_shop = 👍 Seu pedido { $number } foi confirmado e está sendo preparado.
told-ready_for_pickup = 🏬 Seu pedido { $number } está pronto. Você já pode vir buscar.
told-handed_to_carrier = 🚚 Seu pedido { $number } está a caminho.
told-arrived = ✅ Seu pedido { $number } foi entregue. Obrigado por escolher a gente!
told-picked_up = ✅ Você retirou o seu pedido { $number }. Obrigado por escolher a gente!
told-cancelled_by_shop = ❌ Infelizmente tivemos que cancelar o seu pedido { $number }.
told-cancelled_by_customer = ❌ Seu pedido { $number } foi cancelado, como você pediu.
told-refund = Vamos devolver o que você pagou.
told-why = Motivo: { $why }
