## Depois do pedido

order-title = Este pedido
orders-row = 📦 Meus pedidos
receipt-row = 🧾 Recibo
order-address-row = 📍 Mudar o endereço
cancel-order-row = ❌ Cancelar o pedido
order-again-row = 🔁 Pedir de novo
order-talk-row = 💬 Falar sobre ele
next-placed = Assim que for confirmado, avisamos aqui.
next-ready = Quando vier, é só dizer o número do pedido.
next-shipped = Quando for entregue, avisamos aqui.
next-delivered = Se houver algum problema, escreva para nós e a gente resolve.
transfer-proof = Obrigado, vamos conferir a sua transferência. Avisamos por aqui assim que o pagamento do pedido *{ $number }* chegar.
order-said = Escolha o que fazer com este pedido ou escreva para a nossa equipe.

## Cancelar

cancel-ask = Vamos cancelar o seu pedido { $number } de *{ $total }*?
cancel-transfer = Se você já fez a transferência, devolvemos o valor quando ele chegar.
cancel-yes-button = Sim, cancelar
cancel-no-button = Não, manter
cancel-order-button = ❌ Cancelar pedido
cancel-already = Este pedido já foi cancelado.
cancel-too-late = Seu pedido { $number } não pode mais ser cancelado por aqui ({ $status }). Alguém da nossa equipe pode ajudar.
cancel-title = Podem ser cancelados
ask-cancel-one = Você quer cancelar o pedido { $number }?
ask-cancel-which = O que você quer cancelar?

## Outro endereço

ask-order-address = Onde entregamos o pedido { $number }? Escreva o endereço completo (rua, número, bairro, cidade) ou envie sua localização.
pick-order-address = Onde entregamos o pedido { $number }? Escolha, escreva um novo endereço ou envie sua localização.
keep-address-button = Manter o endereço
address-changed = Combinado, seu pedido { $number } vai para este endereço:
    🚚 { $address }
address-same = Seu pedido { $number } já vai para este endereço:
    🚚 { $address }
address-too-late = O endereço do pedido { $number } não pode mais ser mudado por aqui ({ $status }). Alguém da nossa equipe pode ajudar.

## Recibo

receipt = 🧾 *{ $shop }*
    Pedido { $number } · { $date }
receipt-part = 🧾 Pedido { $number }, a partir do item { $from }
receipt-line = { $quantity } × { $title } a { $price } = { $total }
receipt-delivery = Entrega: { $amount }
receipt-tax = Impostos: { $amount }
receipt-discount = Desconto: −{ $amount }

## Uma pessoa responde

human-order = 💬 Alguém da nossa equipe vai responder aqui sobre o seu pedido { $number }; já pode escrever do que se trata. Para continuar comprando, toque no botão.
resume = Obrigado pela conversa! Você pode continuar por aqui.
untold = Enquanto isso, seus pedidos:
untold-line = 📦 { $number }: { $status }
repeated = Se não encontrar o que procura, escreva *atendente* e alguém da nossa equipe ajuda.
stuck = Acho que não estamos nos entendendo. Quer que alguém da nossa equipe ajude? Você também pode continuar de onde parou.
stuck-called = Avisamos alguém da nossa equipe, que vai responder aqui. Para continuar comprando, toque no botão.
