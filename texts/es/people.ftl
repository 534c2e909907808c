## Personas y palabras

human = 💬 Alguien de nuestro equipo te responderá aquí; ve escribiendo de qué se trata. Para seguir comprando, toca el botón.
human-back-button = Volver a la tienda
human-back = ¡Qué bueno verte de nuevo! ¿Qué te mostramos?
human-back-on = ¡Qué bueno verte de nuevo!
help = Siempre puedes escribir:
    • *menú*: lo que hay
    • *carrito*: lo que has elegido
    • *pedidos*: cómo van tus pedidos
    • *atrás*: un paso atrás
    • *persona*: responde alguien de nuestro equipo
    • *parar*: no recibir más novedades
thanks = ¡De nada! 😊 Si necesitas algo más, escribe *menú*.
stopped = No te enviaremos más novedades; solo te escribiremos sobre tus pedidos. Escribe *empezar* para volver a recibirlas.
started = Vuelves a recibir nuestras novedades.
ask-cancel = Ahora mismo no hay nada pendiente. ¿De qué se trata?
stop-notices-button = 🔕 Sin novedades
not-understood = No te he entendido.
please-tap = Toca uno de los botones, por favor.
no-media = No puedo ver fotos, archivos ni mensajes de voz.
left-step = De acuerdo. Tu carrito sigue aquí.
left-step-empty = De acuerdo. ¿Qué más te mostramos?
language-changed = Ahora hablamos español. ¿Qué te mostramos?
language-changed-on = Ahora hablamos español.
