## Perguntas

answer-cost = Seu pedido custa *{ $total }* ao todo; você vê o valor de novo antes de confirmar.
answer-cost-plain = O pedido mostra tudo o que você paga antes de confirmar.
answer-time = Avisamos por aqui quando seu pedido sair para entrega.
answer-time-pickup = Avisamos por aqui quando seu pedido estiver pronto.
answer-time-ordered = Para ver onde está seu pedido, escreva *pedidos*.
answer-payment = Formas de pagamento: { $ways }
answer-more = Para qualquer outra coisa escreva *atendente* e alguém da nossa equipe responde.
answer-none = Isso eu não consigo responder. Escreva *atendente* e alguém da nossa equipe responde.
