## Otros mensajes que llegan

no-contact = No puedo usar el contacto que ha compartido.
number-noted = ✅ Gracias, ya tenemos su número.
