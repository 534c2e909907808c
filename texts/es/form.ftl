## Formulario de dirección

ask-address-form = ¿Adónde te lo llevamos? Rellena el formulario o escribe aquí la dirección completa; también puedes enviar tu ubicación.
form-button = Formulario
form-late = Este formulario ya no es válido.
form-incomplete = En el formulario falta la calle o la ciudad.
form-long = Los datos del formulario son demasiado largos.
form-title = Dirección de entrega
form-name = Nombre y apellidos
form-phone = Teléfono
form-street = Calle y número
form-district = Barrio, CP
form-city = Ciudad
form-note = Nota de entrega
form-send = Enviar
