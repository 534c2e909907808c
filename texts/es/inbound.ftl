## Otros mensajes que llegan

no-contact = No puedo usar el contacto que has compartido.
number-noted = ✅ Gracias, ya tenemos tu número.
