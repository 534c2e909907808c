## Address form

ask-address-form = Where may we deliver? Fill in the form or write the whole address right here; you can also send your location.
form-button = Address form
form-late = This form is not valid any more.
form-incomplete = Street or city is missing in the form.
form-long = What the form says is too long.
form-title = Delivery address
form-name = Full name
form-phone = Phone
form-street = Street and number
form-district = District
form-city = City
form-note = Note to courier
form-send = Send
