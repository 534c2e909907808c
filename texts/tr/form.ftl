## Adres formu

ask-address-form = Nereye getirelim? Formu doldurun ya da açık adresinizi buraya yazın; konumunuzu da gönderebilirsiniz.
form-button = Adres formu
form-late = Bu form artık geçerli değil.
form-incomplete = Formda sokak ya da il eksik.
form-long = Formdaki bilgiler çok uzun.
form-title = Teslimat adresi
form-name = Ad soyad
form-phone = Telefon
form-street = Sokak ve kapı no
form-district = İlçe
form-city = İl
form-note = Kuryeye not
form-send = Gönder
