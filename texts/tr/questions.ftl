## Sorular

answer-cost = Siparişinizin tutarı toplam *{ $total }*; onaylamadan önce bir kez daha görürsünüz.
answer-cost-plain = Ödeyeceğiniz her şeyi onaylamadan önce siparişte görürsünüz.
answer-time = Siparişiniz yola çıkınca buradan haber veririz.
answer-time-pickup = Siparişiniz hazır olunca buradan haber veririz.
answer-time-ordered = Siparişinizin nerede olduğunu görmek için *siparişlerim* yazın.
answer-payment = Ödeme yolları: { $ways }
answer-more = Başka bir sorunuz varsa *temsilci* yazın, bir çalışanımız yanıtlasın.
answer-none = Bunu ben yanıtlayamıyorum. *temsilci* yazın, bir çalışanımız yanıtlasın.
