## İnsanlar ve sözcükler

human = 💬 Bir çalışanımız buradan yanıt verecek, sorunuzu yazabilirsiniz. Alışverişe dönmek isterseniz düğmeye dokunun.
human-back-button = Mağazaya dön
human-back = Tekrar hoş geldiniz! Size ne gösterelim?
human-back-on = Tekrar hoş geldiniz!
help = Her zaman yazabilirsiniz:
    • *menü*: neler var
    • *sepet*: seçtikleriniz
    • *siparişlerim*: siparişleriniz nerede
    • *geri*: bir adım geri
    • *temsilci*: bir çalışanımız yanıt verir
    • *dur*: haber almayı bırak
thanks = Rica ederiz! 😊 Başka bir isteğiniz olursa *menü* yazmanız yeterli.
stopped = Artık size haber göndermeyeceğiz; yalnızca siparişlerinizle ilgili yazarız. Yeniden haber almak için *başla* yazın.
started = Haberlerimizi yeniden alacaksınız.
ask-cancel = Yarım kalmış bir işlem yok. Neyle ilgiliydi?
stop-notices-button = 🔕 Haberleri durdur
not-understood = Bunu anlayamadım.
please-tap = Lütfen düğmelerden birine dokunun.
no-media = Resim, dosya ve sesli mesajları anlayamıyorum.
left-step = Peki. Sepetiniz yerinde duruyor.
left-step-empty = Peki. Size başka ne gösterelim?
language-changed = Artık Türkçe konuşuyoruz. Size ne gösterelim?
language-changed-on = Artık Türkçe konuşuyoruz.
