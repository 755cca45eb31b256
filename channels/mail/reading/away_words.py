"""How robots answer: subjects, and the sentences of a holiday notice, in the languages they speak: data for `away`."""

import re

SUBJECT = re.compile(
    r"(?:out[ -]of[ -](?:the[ -])?office(?! hours)|ooo|auto(?:matic|mated|mat)?[ -]?(?:reply|response"
    r"|answer|responder)"
    r"|autore?spons|auto-?respons|autoreply|autosvar|autoantwort|auto-?respuesta|auto-?réponse"
    r"|autom(?:atische|\.|atisch generierte) (?:antwort|r[üu]ckmeldung|nachricht|beantwoording|reactie"
    r"|e-?mail)|automatisch(?:e)? antwoord"
    r"|abwesenheits?(?:notiz|nachricht|meldung|assistent|info(?:rmation)?|agent)?|abwesend"
    r"|(?:ich bin )?(?:nicht im b[üu]ro|au(?:ß|ss)er haus)"
    r"|ich bin abwesend|afwezig(?:heid(?:sbericht|smelding)?)?|niet (?:aanwezig|op kantoor)|buiten kantoor"
    r"|r[ée]ponse automatique|absen(?:ce|te?) (?:du|de|au) bureau|(?:message|notification|avis) d.absence"
    r"|hors du bureau"
    r"|(?:respuesta|contestaci[óo]n|mensaje) autom[áa]tic[ao]|(?:fuera|ausente) de (?:la |mi )?oficina"
    r"|(?:resposta|mensagem) autom[áaà]tica|(?:fora|ausente) do escrit[óo]rio|aus[êe]ncia (?:tempor[áa]ria"
    r"|do escrit[óo]rio)"
    r"|(?:risposta|messaggio) automatic[ao]|fuori (?:sede|ufficio)|assen(?:te|za) dall.ufficio"
    r"|automatiskt? svar|fr[åa]nvaro(?:meddelande)?|fr[åa]nvarande|frav[æe]rs?(?:melding|besked"
    r"|meddelelse)?|ikke (?:til stede|p[åa] kontoret)"
    r"|automaattinen vastaus|automaattivastaus|poissaolo(?:ilmoitus|viesti)?|poissa(?: toimistosta)?|lomalla"
    r"|automatyczna odpowied[źz]|odpowied[źz] automatyczna|poza biurem|nieobecno[śs][ćc](?: w biurze)?"
    r"|automatick[áa] odpov[ěe][ďd]|automatick[áa] odpove[ďd]|mimo kancel[áa][řr](?:ie)?|nep[řr][íi]tomnost"
    r"|automatikus v[áa]lasz|(?:h[áa]zon|irod[áa]n) k[íi]v[üu]l|r[ăa]spuns automat|[îi]n afara biroului"
    r"|otomatik (?:yan[ıi]t|cevap)|ofis d[ıi][şs][ıi]nda(?:y[ıi]m)?|automatski odgovor|samodejni odgovor"
    r"|automaatvastus|automātiskā atbilde"
    r"|automatinis atsakymas|balasan otomatis|trả lời tự động|автоответ(?:чик)?|автоматический ответ"
    r"|автоматическое сообщение|вне офиса"
    r"|нет на (?:рабочем )?месте|автоматична відповідь|автовідповідь|поза офісом|не в офісі"
    r"|автоматичен отговор|αυτόματη απάντηση"
    r"|εκτός γραφείου|(?:ال)?رد (?:ال)?(?:تلقائي|آلي)|خارج المكتب|(?:תשובה|מענה|תגובה) אוטומטית?|מחוץ למשרד"
    r"|自动回复|自動回覆|自动答复|自動答覆|自動回應|不在办公室|自動応答|自動返信|不在通知|不在のお知らせ"
    r"|자동 ?(?:회신|응답|답장)|부재 ?중?|ตอบกลับอัตโนมัติ"
    r"|vacation (?:reply|response|message|notice)|away from (?:the|my) (?:office|mail|desk)"
    r"|i am (?:currently (?:out of|away)|out of (?:the )?office))",
    re.IGNORECASE,
)
"""Only what no person who complains begins with: "Vacation rental", "Auto: broken glass" are complaints."""
ALONE = re.compile(r"auto:.{0,150}(?:out of (?:the )?office|away|returning|leave)", re.IGNORECASE)
GOES_ON = re.compile(
    r"\s*(?:$|[:：;,\-–—|(\[!./~]|(?:auto|noti(?:ce|fication)|message|assistant|re|from|to|for|until"
    r"|till|von|bis|de|du|da|del|van|från|fra|till|til|od|do|от|до|is|back|returning|zu|auf|wegen|wg)\b|auto)",
    re.IGNORECASE,
)
"""What may follow: "Automated response was useless" is a person's."""

AWAY = re.compile(
    r"\b(?:i am|i'm|i’m|i will be|i'll be|i’ll be|we are|we will be|(?:the|our|my) office (?:is|will be)"
    r"|am|currently)\b.{0,40}?\b(?:out of (?:the |my )?office|away(?: from)?"
    r"|on (?:\w{3,10} )?(?:leave|vacation|holidays?)|on a business trip|not (?:in|at) (?:the "
    r"|my )?(?:office|desk|work)|unavailable|travell?ing|closed)\b"
    r"|\b(?:bin|sind|ist|werde)\b.{0,60}?(?:nicht im (?:b[üu]ro|haus|dienst)|abwesend|(?:im"
    r"|in) (?:meinem )?urlaub|au(?:ß|ss)er haus|nicht erreichbar|auf (?:dienst|gesch[äa]fts)reise"
    r"|elternzeit|geschlossen)"
    r"|\bje (?:suis|serai)\b.{0,40}?(?:absente?|en (?:cong[ée]s?|vacances|d[ée]placement)|hors du bureau)"
    r"|\b(?:estoy|estar[ée]|me encuentro)\b.{0,40}?(?:fuera|de vacaciones|ausente|de baja|de viaje)"
    r"|\b(?:sono|sar[òo])\b.{0,40}?(?:fuori (?:ufficio|sede)|in ferie|assente|in vacanza|in trasferta)"
    r"|\b(?:estou|estarei|encontro-me)\b.{0,40}?(?:fora|de f[ée]rias|ausente|de licen[çc]a|em viagem)"
    r"|\bik ben\b.{0,40}?(?:afwezig|(?:met|op) vakantie|niet (?:aanwezig|op kantoor|bereikbaar)|met verlof)"
    r"|\b(?:jestem|b[ęe]d[ęe]|przebywam)\b.{0,40}?(?:poza biurem|na urlopie|nieobecn\w+|w delegacji)"
    r"|\bjag [äa]r\b.{0,30}?(?:inte p[åa] (?:kontoret|plats)|p[åa] semester|borta|ledig|\w*ledig|bortrest)"
    r"|\bjeg er\b.{0,30}?(?:ikke (?:p[åa] kontoret|til stede)|p[åa] (?:ferie|barsel)|frav[æe]rende|v[æe]k"
    r"|bortreist|permisjon)"
    r"|\bolen\b.{0,30}?(?:\w*lomalla|poissa|\w*matkalla|vapaalla)"
    r"|\b(?:jsem|budu|nejsem|[čc]erp[áa]m|som|nie som)\b.{0,30}?(?:mimo kancel\w+|dovolen\w+"
    r"|nep[řr][íi]tom\w+|v kancel\w+)"
    r"|szabads[áa]gon|nem vagyok az irod|(?:h[áa]zon|irod[áa]n) k[íi]v[üu]l"
    r"|\bsunt\b.{0,30}?(?:[îi]n concediu|plecat|absent|[îi]n afara biroului)"
    r"|ofis d[ıi][şs][ıi]nday[ıi]m|izindeyim|tatildeyim|y[ıi]ll[ıi]k izin|ofiste de[ğg]il|в отпуске"
    r"|вне офиса|отсутству|в командировке|у відпустці|відсутн"
    r"|поза офісом|у відрядженні|εκτός γραφείου|σε άδεια|απουσιάζω|خارج المكتب|في إجازة|מחוץ למשרד|בחופשה"
    r"|איני במשרד|לא במשרד"
    r"|休假|不在办公室|不在辦公室|出差|外出中|不在にして|休暇|出張|부재중|휴가|출장",
    re.IGNORECASE,
)
BESIDE = re.compile(
    r"@|\+?\d[\d ()./-]{6,}\d|\b(?:thank|thanks|urgent|emergenc|please contact|contact|colleague|reply"
    r"|replied|respond|answer|return|back (?:on|in|at)|access to|regards|sincerely"
    r"|forwarded|not be (?:read|forwarded)|this is an auto|automatic|danke|vielen dank|dringend"
    r"|wenden sie sich|kollegin|kolleg|vertretung|weitergeleitet|r[üu]ckkehr|zur[üu]ck|gr[üu](?:ß|ss)"
    r"|merci|urgence|contacter|coll[èe]gue|retour|cordialement|gracias|urgente|contact[ae]|colega|vuelta"
    r"|regreso|saludos|responder|grazie|collega|ritorno|rientro|saluti|obrigad"
    r"|contat|regresso|cumprimentos|bedankt|dringend|terug|groet|dzi[ęe]kuj|pilny|pozdraw|kontakt|tack"
    r"|br[åa]dskande|tillbaka|h[äa]lsning|haster|tilbage|hilsen|tilbake|kiitos|kiireelli|palaan|terveisin"
    r"|d[ěe]kuji|s pozdravem|nal[ée]hav|k[öo]sz[öo]n|s[üu]rg[őo]s|[üu]dv|mul[țt]umesc|urgent[ăa]"
    r"|te[şs]ekk[üu]r|acil|sayg)|спасибо|срочн|обращай|уважени|дякую|терміново|повагою|ευχαριστ|επείγ|شكرا"
    r"|עاجل|תודה|דחוף"
    r"|谢谢|紧急|联系|ご連絡|緊急|よろしく|お願い|감사|긴급|연락",
    re.IGNORECASE,
)
"""What else a notice says: whom to ask, thanks, when he is back."""
ROBOT = re.compile(
    r"this is an auto(?:mated|matic|-generated)|auto(?:matically|-) ?generated|do not (?:reply"
    r"|respond) to this|automatisch (?:erstellte|generierte|erzeugte)"
    r"|message automatique|mensaje autom[áa]tico|messaggio automatico|mensagem autom[áa]tica"
    r"|automatisch bericht|сообщение создано автоматически|自动(?:发送|生成)|自動(?:送信|生成|返信)",
    re.IGNORECASE,
)
