//! How people say that goods are to be brought or fetched and how they pay, by language: Turkish, English, German,
//! Spanish, Portuguese, Arabic. Folded, parted by `,`; a `*` ends the beginning of a word.

use super::By;

/// Ways to get the goods and to pay for them; `None` sounds like one and is none.
pub(super) const WAYS: &[(Option<By>, &str)] = &[
    (None, "kapida kopek*,kapida bekli*,kapida guvenlik*,kargo sirket*,kargo firma*,kargo takip*"),
    (None, "retirar un*,retirar um*,retirar del*,retirar do*"),
    (None, "bar kod*,bar code*"),
    (
        Some(By::Bring),
        "kargo*,kurye*,adrese*,adresime*,adreste*,eve,evime,eve gel*,eve teslim*,adrese teslim*,kapiya*,kapima*,\
         kapida birak*,teslimat,gonderin,getirin,yollayin,getirilsin,gonderilsin",
    ),
    (
        Some(By::Bring),
        "deliver*,home delivery,ship it,shipping,shipped,courier,to my door,to my home,to my house,to my place,\
         to my address,bring it,send it,leave it at the door,leave at the door",
    ),
    (
        Some(By::Bring),
        "liefer*,anliefer*,zustell*,versand*,versende*,verschick*,schick*,nach hause,zu mir,zu mir nach hause",
    ),
    (
        Some(By::Bring),
        "a domicilio,domicilio,envio*,enviar*,envia*,envien*,mandamelo,mandenlo,a mi casa,a casa,en casa,en mi casa,\
         entrega*,traer*,traigan*,dej* en la puerta",
    ),
    (Some(By::Bring), "em casa,na minha casa,para minha casa,entreg*,frete,mandar,deix* na porta"),
    (
        Some(By::Bring),
        "توصيل*,التوصيل,بالتوصيل,للبيت,البيت,الي البيت,للمنزل,المنزل,شحن,الشحن,دليفري,وصلوه*,توصلوه*,توصلون*",
    ),
    (
        Some(By::Fetch),
        "magazadan*,dukkandan*,subeden*,magazaya gel*,dukkana gel*,gel al,gelal,gelip al*,\
         kendim al*,kendim gel*,ben gelip*,oradan al*,ugrarim,ugrayip*,elden al*",
    ),
    (
        Some(By::Fetch),
        "pick up,pickup,pick it up,pick them up,pick this up,picking up,picking it up,collect,collect it,collection,\
         come and get,come and collect,come by,come to the shop,come to the store,from the store,from the shop,\
         from your store,from your shop,in person",
    ),
    (
        Some(By::Fetch),
        "abhol*,abzuholen,selbstabhol*,selbst abhol*,hole es,hole ich,hol es ab,hole es ab,hole sie ab,komme vorbei,\
         vorbeikomm*",
    ),
    (
        Some(By::Fetch),
        "recog*,recoj*,retir*,paso por la tienda,paso a recog*,voy a buscar*,ir a buscar*,pasar a buscar*,buscarlo,lo busco",
    ),
    (
        Some(By::Fetch),
        "vou buscar,para buscar,passo para buscar,vou retirar,vou pegar,buscar na loja,pego na loja,pegar na loja,\
         passo ai,passo na loja",
    ),
    (
        Some(By::Fetch),
        "استلام من*,الاستلام من*,استلم من*,استلمه*,استلمها,من المتجر,من المحل,من الفرع,اجي اخذ*,اخذه*,اجي استلم*,\
         بنفسي,استلام شخصي,استلام",
    ),
    (Some(By::Shop), "magazada*,magaza,magazaniz*,dukkanda*,dukkan,subede,sube"),
    (
        Some(By::Shop),
        "in store,in the store,in your store,at the store,at your store,in the shop,in your shop,at the shop,\
         at your shop,store,shop",
    ),
    (Some(By::Shop), "im laden,laden,vor ort,im geschaft,im geschaeft,geschaft"),
    (Some(By::Shop), "en tienda,en la tienda,tienda,en el local,en la sucursal"),
    (Some(By::Shop), "na loja,em loja,loja,no local"),
    (Some(By::Shop), "في المتجر,في المحل,في الفرع,بالمتجر,بالمحل,المتجر,المحل,الفرع"),
    (
        Some(By::AtDoor),
        "kapida ode*,kapida nakit*,kapi odeme*,teslimde*,teslimatta*,teslimat sirasinda,\
         teslim edilince,gelince ode*,kuryeye,kuryeye ode*",
    ),
    (
        Some(By::AtDoor),
        "cod,cash on delivery,on delivery,pay on delivery,payment on delivery,upon delivery,\
         when it arrives,when it comes,on arrival",
    ),
    (
        Some(By::AtDoor),
        "nachnahme,per nachnahme,bei lieferung,bei der lieferung,bei anlieferung,bei zustellung,bei ubergabe",
    ),
    (
        Some(By::AtDoor),
        "contra entrega,contraentrega,contra reembolso,contrareembolso,contrarreembolso,contrarrembolso,reembolso,\
         a la entrega,en la entrega,al momento de la entrega,cuando llegue",
    ),
    (
        Some(By::AtDoor),
        "na entrega,no ato da entrega,na hora da entrega,no momento da entrega,quando chegar",
    ),
    (
        Some(By::AtDoor),
        "عند الاستلام,الدفع عند الاستلام,دفع عند الاستلام,عند التوصيل,عند التسليم,عند الوصول",
    ),
    (
        Some(By::Door),
        "kapida,kapidan,at the door,at my door,an der tur,an der haustur,en la puerta,na porta,عند الباب",
    ),
    (Some(By::Cash), "nakit*,elden,elden ode*,teslim alinca,teslim alirken"),
    (Some(By::Cash), "cash,in cash,by cash,when i receive*,upon receipt"),
    (Some(By::Cash), "bar,in bar,bargeld,barzahl*,bar zahl*,bei erhalt"),
    (Some(By::Cash), "efectivo,en efectivo,al recibir*,cuando lo reciba"),
    (Some(By::Cash), "dinheiro,em dinheiro,no dinheiro,em especie,ao receber,quando receber"),
    (Some(By::Cash), "كاش,نقد*,نقدا,نقدي"),
    (
        Some(By::Transfer),
        "havale*,eft,iban*,iban gonder*,iban at*,iban yolla*,iban ver*,banka havale*,banka transfer*,banka hesab*,\
         fast ile,hesaba,hesabiniza",
    ),
    (
        Some(By::Transfer),
        "transfer*,bank transfer*,wire,wire transfer,bank deposit,direct deposit,to your account",
    ),
    (Some(By::Transfer), "uberweis*,ueberweis*,bankuberweis*,bankueberweis*,vorkasse,vorauskasse"),
    (Some(By::Transfer), "transferencia*,transfier*,deposito*,a la cuenta"),
    (Some(By::Transfer), "pix,no pix,por pix,via pix"),
    (Some(By::Transfer), "تحويل*,التحويل,بالتحويل,حواله*,الحواله,بنكي,ايداع,تحويل بنكي"),
    (
        Some(By::Other),
        "kart,karti,kartim,kartla,kartimla,kart ile,kredi kart*,banka kart*,kapida kart*,kapida kredi kart*,sanal kart*,\
         pos,taksit*,papara,veresiye",
    ),
    (
        Some(By::Other),
        "card,cards,credit card*,debit card*,by card,card on delivery,visa,mastercard,paypal,apple pay,google pay,\
         klarna,installment*,instalment*",
    ),
    (
        Some(By::Other),
        "karte,mit karte,kreditkarte,ec,ec karte,eckarte,girocard,rechnung,auf rechnung,lastschrift,ratenzahlung",
    ),
    (Some(By::Other), "tarjeta*,debito,credito,mercado pago,bizum,oxxo,cuotas"),
    (Some(By::Other), "cartao,no cartao,boleto,no boleto,parcelad*,parcelar"),
    (Some(By::Other), "بطاقه*,بالبطاقه,بطاقه ايتمان,فيزا,ماستر*,مدي,ابل باي,تابي,تمارا,تقسيط,شبكه"),
];

/// Verbs and what stands between them and a way.
pub(super) const AROUND: &[&str] = &[
    "odeme*,odeye*,oder*,odesem,odemek,odenecek,odensin,yap,yapac*,yapay*,yapar*,yapsam,yapmak,yapalim,olsun,olur,\
     olacak,olabilir,alac*,alay*,alir*,alim,alabil*,alsam,almak,gelir*,gelec*,gelsin,gelip,geleyim,istiyor*,isterim,\
     istedim,isterdim,tercih*,ederim,edecegim,edeyim,teslim,gonder*,getir*,yolla*,sevinirim,kendim,ben,hemen,artik,\
     daha,dogru,yle,yla,secelim,sectim,seciyorum,olarak,degistir*",
    "pay*,prefer,rather,go,come,ll,d,m,s,choose,chose,instead,do,by,via,let,lets,us,myself,take,best,then,make,use,using,\
     give,fine,works,change,switch",
    "es,zahl*,bezahl*,nehme,nehmen,ab,lieber,dann,per,bei,machen,mache,selbst,wahle,zur,zum,als,am,andern,aendern",
    "pag*,prefiero,por,lo,mejor,al,a,elijo,escojo,hago,hacer,seria,sea,mi,ir,voy,paso,cambiar,cambio",
    "prefiro,em,melhor,vou,passo,pode,ser,fazer,faco,escolho,pra,na,ao,mudar,trocar,alterar",
    "دفع*,ادفع*,الدفع,سادفع,بدفع,ساستلم*,افضل,راح,الي,ب",
];

/// When it shall be.
pub(super) const WHEN: &[&str] = &[
    "yarin,bugun,saat,gibi,sonra,aksam,sabah,ogle,ogleden,kadar,icinde,gun,gunu,hafta,simdi,pazartesi,sali,carsamba,\
     persembe,cuma,cumartesi,pazar",
    "tomorrow,today,tonight,now,later,soon,at,pm,am,around,o,clock,monday,tuesday,wednesday,thursday,friday,saturday,\
     sunday",
    "um,uhr,morgen,heute,gegen,abends,jetzt",
    "hoy,manana,tarde,las,a,hoje,amanha,as,h,hora,horas,agora,ahora,logo",
    "غدا,بكره,اليوم,الساعه,مسا,صباحا,الان,بعد",
];

/// Deny what stands behind them.
pub(super) const DENIES_NEXT: &str = "no,not,dont,don,t,without,cant,cannot,wont,doesnt,nicht,kein,keine,keinen,ohne,\
     statt,anstatt,sin,nao,sem,nunca,never,لا,ما,مو,مش,بدون,ليس,غير";

/// Deny what stands before them, as Turkish does.
pub(super) const DENIES_LATEST: &str = "degil,yok,olmaz,olmasin,istemem,istemez,haric,disinda,yerine,gerek,gerekmez,\
     yapmayin,gondermeyin";

/// The ends of Turkish verbs that deny.
pub(super) const DENYING_ENDS: [&str; 22] = [
    "miyorum",
    "muyorum",
    "miyoruz",
    "muyoruz",
    "meyecegim",
    "mayacagim",
    "mesin",
    "masin",
    "mem",
    "mam",
    "amam",
    "emem",
    "amayiz",
    "emeyiz",
    "miyor",
    "muyor",
    "meyin",
    "mayin",
    "meyiz",
    "mayiz",
    "medi",
    "madi",
];

/// Begin another clause.
pub(super) const BUT: &str = "ama,fakat,ancak,lakin,but,aber,sondern,pero,sino,mas,لكن,بل";

/// Ask beside a way what it costs.
pub(super) const COSTS: &str = "ucret,ucreti,ucretli,ucretsiz,fiyat,fiyati,tutar,tutari,bedava,parali,pahali,kac,cost,costs,\
     price,fee,fees,charge,charges,expensive,kosten,kostet,preis,gebuhr,gebuehr,versandkosten,lieferkosten,liefergebuhr,\
     liefergebuehr,kostenlos,teuer,costo,coste,precio,gratis,cuesta,caro,taxa,preco,valor,custa,سعر,رسوم,تكلفه,مجاني,مجانا,غالي,بكم,كم";

/// Ask beside a way how long it takes.
pub(super) const TIMES: &str =
    "suresi,surede,time,times,lieferzeit,lieferdauer,dauer,tiempo,plazo,prazo,tempo,demora,وقت,مده";

/// Tell of something that was chosen before: it is late, broken, wrong.
pub(super) const TELLS: &str = "kargom,siparisim,gelmedi,gelmemis,gecikti,hasarli,kirik,yanlis,failed,late,delayed,wrong,broken,arrived,\
     verspatet,kaputt,falsch,tarde,retrasado,roto,atrasado,chegou,quebrado,تاخر,مكسور,خطا";

/// Count days and not things.
pub(super) const DAYS: &str =
    "dias,dia,gun,gunde,day,days,tag,tage,tagen,horas,hours,dakika,minutes,يوم,ايام";

/// Look at something rather than choose it.
pub(super) const LOOKS: &str =
    "show,see,open,goster,gosterir,bak,bakar,zeigen,zeig,mostrar,muestra*,mostra*,اعرض";

/// The first, the second, the third.
pub(super) const ORDINALS: [&str; 3] = [
    "1,bir,birinci,birincisi,birincisini,ilk,ilki,ilkini,first,one,1st,erste,erster,erstes,ersten,eins,primero,primera,\
     primeiro,primeira,uno,una,um,uma,الاول,الاولي,اول,واحد",
    "2,iki,ikinci,ikincisi,ikincisini,second,two,2nd,zweite,zweiter,zweites,zweiten,zwei,segundo,segunda,dos,dois,duas,\
     الثاني,الثانيه,ثاني,اثنين",
    "3,uc,ucuncu,ucuncusu,ucuncusunu,third,three,3rd,dritte,dritter,drittes,dritten,drei,tercero,tercera,terceiro,\
     terceira,tres,الثالث,الثالثه,ثلاثه",
];
pub(super) const LAST: &str =
    "last,son,sonuncu,sonuncusu,letzte,letzter,letztes,ultimo,ultima,الاخير,الاخيره";

/// Stand around the place of something.
pub(super) const AROUND_A_PLACE: &str = "option,number,numara,secenek,secenegi,nolu,numarali,opcion,opcao,nummer,numero,\
     رقم,الخيار,خيار,olan,olsun";

/// Both of two.
pub(super) const BOTH: [&str; 4] = ["the two", "die zwei", "los dos", "las dos"];
