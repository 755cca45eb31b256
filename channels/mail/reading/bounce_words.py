"""How mail systems say that a mail did not arrive: subjects, bodies and senders, in the languages they speak."""

import re

SENDER = re.compile(
    r"mailer[-_. ]?daemon|post[-_]?master|mail[-_. ]?deliver|delivery[-_. ]?(?:sub)?system"
    r"|system[-_. ]?administrator"
    r"|mail[-_. ]?(?:system|service|router|gateway|admin)|-(?:admin|owner|request|bounces?)$|^owner-"
    r"|^(?:bounces?|ndr|dsn)\b|returned?[-_. ]?mail|smtp[-_. ]",
    re.IGNORECASE,
)

SUBJECT = re.compile(
    r"^\W*(?:\[[^\]]{1,40}\]\s*)?(?:"
    r"undeliver|un-?deliverable|returned? (?:e-?)?mail|returned? message|return(?:ed|ing)? to sender"
    r"|non[- ]?deliver|ndn\b|ndr\b"
    r"|(?:e-?mail |message |mail )?delivery (?:status|fail|notif|has|problem|report|error|delay|incomplete"
    r"|not|to)"
    r"|fail(?:ure|ed)[: ]|mail (?:system )?error|mail (?:could|delivery|fail|not|undeliver|system|status"
    r"|rejected)"
    r"|(?:your )?(?:e-?mail|message|mail)(?: to \S+)? (?:could|couldn.t|cannot|can.t|was not|not|undeliver"
    r"|delay|status|rejected|fail)"
    r"|(?:could|can)(?: ?not|n.t) (?:send|deliver)|unable to deliver|warning: (?:message|e-?mail|mail"
    r"|could not)"
    r"|message you sent|there was an error sending|processing error|error (?:sending|delivering)"
    r"|automatically rejected"
    r"|delayed\b|rejected? (?:mail|message)|rejected:|you .{0,80}not (?:a )?member|not member|blocked"
    r"|bounce|user unknown|invalid (?:recipient|address)"
    r"|unzustellbar|nicht zustellbar|zustellung|non remis|[ée]chec|message non|no se (?:puede|pudo|ha)"
    r"|no entregad"
    r"|n[ãa]o entreg|falha|devolu|mancat[ao] (?:recapito|consegna)|non recapitabile|onbestelbaar"
    r"|niet (?:bezorgd|afgeleverd)"
    r"|недостав|не достав|ошибка|niedostarcz|nedoru[čc]|kunde inte|kunne ikke|kan ikke|teslim|iletilemedi"
    r"|配信|送信|エラー|不達|退信|系统退信|無法|无法|투递|投递|반송|전송 ?실패"
    r")",
    re.IGNORECASE,
)

BODY = re.compile(
    r"(?:could|can) ?not be (?:deliver|sent|reach|found|relay|process)|(?:unable to|failed to|cannot|can.t"
    r"|could not|couldn.t"
    r"|(?:wasn.t|was not|not) able to) (?:be )?(?:deliver|send|relay|reach)|undeliver(?:able|ed)"
    r"|could not .{0,20}deliver"
    r"|deliver[a-z]* .{0,120}?(?:fail|delay|reject|refused)|(?:did|has|have) not (?:yet )?(?:be|reach|receiv)"
    r"|not (?:yet )?been delivered"
    r"|has been (?:rejected|returned|refused|delayed)|was (?:automatically )?(?:rejected|refused|returned)"
    r"|(?:user|mailbox|recipient|account|address|host|domain|userid)\S* (?:is |does "
    r"|was )?(?:currently )?(?:unknown|not |unavailable"
    r"|full|over |disabled|invalid|reject|inactive|doesn.t)|unknown (?:user|recipient|address|host|local)"
    r"|invalid (?:user|recipient|final)"
    r"|no such (?:user|mailbox|recipient|address)|no valid recipient|over (?:disk |mailbox )?quota"
    r"|quota (?:exceeded|violation)"
    r"|permanent(?:ly)? (?:fatal )?(?:error|fail)|returned (?:mail|message)|failed (?:recipient|address)"
    r"|unrout(?:e)?able|too many hops"
    r"|(?:trouble|problems?) (?:in )?deliver|deliver[a-z]* (?:problem|error)|failure reasons?"
    r"|transcript of session|rejected by the (?:remote|recipient)"
    r"|returned the following error|while attempting to deliver|not a member of|not allowed to post"
    r"|message size exceeds|unsolicited"
    r"|access denied|mail server (?:rejected|responded|said)|remote (?:host|server|smtp server) (?:said"
    r"|returned)|can.t accept messages"
    r"|could(?:n.t| not) be (?:found|located)|not listed in"
    r"|unzustellbar|nicht (?:zugestellt|zustellbar|ausgeliefert|[üu]bermittelt)|n.a (?:pas )?pu [êe]tre"
    r"|non remis|[ée]chec"
    r"|no (?:se )?(?:ha |han )?(?:podido|pudo|puede) |no exista|n[ãa]o (?:p[ôo]de|foi poss|pode)"
    r"|non [èe] stato possibile|non (?:recapita|pu[òo])"
    r"|kon niet|niet (?:bezorgd|afgeleverd|worden)|не (?:может|удалось|был|достав)|недостав|nie (?:mo[żg]"
    r"|zosta)|nelze doru|nedoru[čc]"
    r"|kunde inte|kunne ikke|teslim edilemedi|iletilemedi|ulaşt[ıi]r[ıi]lamad[ıi]"
    r"|できません|失敗しました|エラー|届け|不明|無法|无法|失败|失敗|被退回|退信|拒收|하지 못|실패|없습니다"
)
"""For lower-case text: among so many words that is searched several times as fast as by re.IGNORECASE."""

CODE = re.compile(
    r"\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|\b5[0-5]\d[ :-].{0,200}@|@.{0,200}\b5[0-5]\d[ :-]"
    r"|\(#\d\.\d\.\d\)|error code 5\d\d"
    r"|\b5[0-5]\d[ :-]+(?:sorry[, ]+)?(?:requested action|no such|user|mailbox|recipient|address|relay"
    r"|denied|reject|unknown|message|account)"
)
"""For lower-case text."""

TALK = re.compile(
    r"^\W{0,4}(?:(?:sent|received)? ?(?:<<<|>>>) ?(?:\d{3}|RCPT|MAIL|DATA)|RCPT TO: ?<)"
    r"|\bin reply to (?:the )?(?:RCPT TO|end of DATA)",
    re.IGNORECASE | re.MULTILINE,
)
"""Lines of the conversation between two mail servers."""

NOTIFICATION = re.compile(
    r'^\s*\{.{0,600}"(?:notificationType|eventType)\\?"\s*:\s*\\?"Bounce\\?"', re.DOTALL
)
"""A cloud sender's notification in JSON."""

ORIGINAL = re.compile(
    r"^[^\w\n]*(?:(?:original|returned|your|rejected|the) (?:message|mail|header|e-?mail)|message headers?"
    r"|(?:below|this) (?:this line )?is a copy"
    r"|(?:below this line|a copy of)|mensaje original|nachricht|元のメール|--- )|^received: |^return-path: ",
    re.IGNORECASE | re.MULTILINE,
)
