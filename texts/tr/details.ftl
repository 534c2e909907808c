## Siparişin ayrıntıları

ask-delivery-or-write = Nasıl teslim alırsınız? Adresinizi hemen buraya yazabilir ya da konumunuzu gönderebilirsiniz.
pin-door = 📍 Konumunuzu aldık. Kapı, kat ya da daire eklemek isterseniz buraya yazın.
door-long = Bu çok uzun. Lütfen en çok 200 karakterle yazın.
ask-contact = Kurye size ulaşabilsin diye telefon numaranızı paylaşır mısınız? Başka bir numarayı yazabilirsiniz, örneğin: 0532 111 22 33
phone-wrong = Bu telefon numarası eksik ya da hatalı görünüyor.
ask-receiver = Kim teslim alacak? Adını, numarası farklıysa telefonunu da yazın. Örneğin: Fatma Yılmaz, 0532 111 22 33
receiver-wrong = Buradan bir ad çıkaramadım.
myself-button = Ben alacağım
ask-note = Siparişinize eklemek istediğiniz notu yazın.
note-long = Bu not çok uzun. Lütfen en çok 500 karakterle yazın.
no-note-button = 🗑 Notu sil
back-to-order-button = ◂ Siparişe dön
summary-receiver = 👤 Teslim alacak: { $who }
summary-contact = 📞 Telefon: { $phone }
change-receiver-row = 👤 Teslim alacak kişi
change-note-row = 📝 Not
