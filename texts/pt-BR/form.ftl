## Formulário de endereço

ask-address-form = Onde entregamos? Preencha o formulário ou escreva aqui o endereço completo; você também pode enviar sua localização.
form-button = Formulário
form-late = Este formulário não vale mais.
form-incomplete = Falta a rua ou a cidade no formulário.
form-long = Os dados do formulário estão longos demais.
form-title = Endereço de entrega
form-name = Nome completo
form-phone = Telefone
form-street = Rua e número
form-district = Bairro
form-city = Cidade
form-note = Obs. para entrega
form-send = Enviar
