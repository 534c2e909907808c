## Fechar o pedido

ask-delivery = Como você quer receber?
delivery-button = 🚚 Entrega
pickup-button = 🏬 Retirar na loja
ask-address = Onde entregamos? Escreva o endereço completo (rua, número, bairro, cidade) ou envie sua localização.
ask-address-short = Está curto demais para um endereço. Escreva rua, número, bairro e cidade, por favor.
ask-address-long = Está longo demais para um endereço. Use no máximo 500 caracteres, por favor.
ask-address-number = Não vejo nenhum número. Escreva rua, número, bairro e cidade, por favor. Se não houver número, envie mais uma vez.
pick-address = Onde entregamos? Escolha, escreva um novo endereço ou envie sua localização.
new-address-row = ➕ Outro endereço
address-row = Endereço { $number }
pin = Localização
ask-payment = Como você quer pagar?
pay-cash-button = 💵 Na entrega
pay-cash-pickup-button = 💵 Na loja
pay-transfer-button = 🏦 Transferência
pay-other = Essa forma de pagamento não está disponível aqui. Escolha uma destas ou escreva *atendente*.
summary = 🧾 *Seu pedido*
summary-delivery = 🚚 Entrega em: { $address }
summary-pickup = 🏬 Retirada em: { $address }
summary-pickup-plain = 🏬 Retirada na loja
summary-cash = 💵 Pagamento na entrega
summary-cash-pickup = 💵 Pagamento na loja
summary-transfer = 🏦 Pagamento por transferência
summary-ask = Está tudo certo?
confirm-button = ✅ Confirmar pedido
confirm-tap = Para fazer o pedido, toque em *{ $button }*.
change-order = O que você quer alterar?
change-goods-row = 🛒 Produtos
change-delivery-row = 🚚 Entrega
change-address-row = 📍 Endereço
change-payment-row = 💵 Pagamento
back-to-order-row = ◂ Voltar ao pedido
not-for-sale-now = No momento não estamos aceitando pedidos. Se quiser, fale com a nossa equipe.

## Pedido feito

placed = ✅ *Obrigado! Seu pedido { $number } foi feito.*
placed-transfer = Transfira *{ $total }* em até { $hours ->
    [one] { $hours } hora
   *[other] { $hours } horas
} e coloque { $number } na descrição:
placed-next-delivery = Avisamos por aqui quando ele sair para entrega.
placed-next-pickup = Avisamos por aqui quando ele estiver pronto.
placed-next-transfer = Avisamos por aqui quando o pagamento chegar.
already-placed = Este carrinho já virou o pedido { $number }. Ele está assim:
