## Detalles del pedido

ask-delivery-or-write = ¿Cómo quieres recibirlo? Puedes escribir tu dirección aquí mismo o enviar tu ubicación.
pin-door = 📍 Ya tenemos tu ubicación. Si quieres añadir puerta, piso o timbre, escríbelo aquí.
door-long = Es demasiado largo. Usa 200 caracteres como máximo, por favor.
ask-contact = ¿A qué teléfono puede llamarte el repartidor? Comparte el tuyo o escribe otro, por ejemplo: 612 345 678
phone-wrong = Ese teléfono parece incompleto o incorrecto.
ask-receiver = ¿Quién lo recibe? Escribe el nombre, y el teléfono si es otro. Por ejemplo: Ana García, 612 345 678
receiver-wrong = No he encontrado ningún nombre ahí.
myself-button = Lo recibo yo
ask-note = Escribe la nota para tu pedido.
note-long = Esa nota es demasiado larga. Usa 500 caracteres como máximo, por favor.
no-note-button = 🗑 Quitar la nota
back-to-order-button = ◂ Volver al pedido
summary-receiver = 👤 Lo recibe: { $who }
summary-contact = 📞 Teléfono: { $phone }
change-receiver-row = 👤 Quién lo recibe
change-note-row = 📝 Nota
