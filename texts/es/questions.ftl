## Preguntas

answer-cost = Tu pedido cuesta *{ $total }* en total; lo verás otra vez antes de confirmar.
answer-cost-plain = El pedido te muestra todo lo que pagas antes de confirmarlo.
answer-time = Te avisamos por aquí cuando tu pedido esté en camino.
answer-time-pickup = Te avisamos por aquí cuando tu pedido esté listo.
answer-time-ordered = Para ver dónde está tu pedido, escribe *pedidos*.
answer-payment = Formas de pago: { $ways }
answer-more = Para cualquier otra cosa escribe *persona* y te responde alguien de nuestro equipo.
answer-none = Eso no puedo responderlo yo. Escribe *persona* y te responde alguien de nuestro equipo.
