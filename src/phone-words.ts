/**
 * The words in headings and cell labels that show which phone of which person a number is. Lower case,
 * without Latin accents. Imports nothing: the file reader, which finds the header, and the heading reader use
 * the same words.
 */
const list = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u))

export const MOBILE = list(
  `mobile iphone rmn cell cellphone cellular handset gsm msisdn handy handynumber mobilnumber mobilnummer mobiltelefon mobil movil
  celular cellulare telemovel portable mobiel mobielnummer komorka komorkowy mobilni cep мобильный сотовый मोबाइल cellulari
  mobilephone handynummer 手机 手机号 手机号码 手機 携帯電話 携帯番号 携帯 휴대폰 휴대전화 الجوال الموبايل جوال موبايل נייד موبایل همراه
  موبائل মোবাইল கைபேசி மொபைல் మొబైల్ ಮೊಬೈಲ್ മൊബൈൽ મોબાઇલ ਮੋਬਾਈਲ มือถือ hp matkapuhelin κινητο мобільний mobitel
  mobilfunk mobilfunknummer mobilrufnummer mobilfon handphone ponsel seluler gsmnumber handphones cellno mobno मो मोबाइलनंबर`,
)
export const WHATSAPP = list('whatsapp wa whatsappnummer whatsappnumber व्हाट्सएप व्हाट्सऐप वाट्सएप व्हाट्सअप')
export const PHONE = list(
  `phone telephone telefon telefono telefone telefoon telefoonnummer telefonnummer telefonu telefonni rufnummer fernsprecher
  puhelin landline телефон телефона फ़ोन दूरभाष phonenumber telefonnumber telefoonnumber 电话 电话号码 電話 電話號碼 電話番号 전화번호
  الهاتف هاتف טלפון تلفن فون ফোন தொலைபேசி ఫోన్ ಫೋನ್ ഫോൺ ફોન ਫ਼ੋਨ โทรศัพท์ เบอร์โทร เบอร์โทรศัพท์ telepon telefonszam
  puhelinnumero τηλεφωνο телефону simu festnetz festnetznummer telp tlp telf tlf fon kontaktnummer kontakttelefon
  kontaktnumber hauptrufnummer haupttelefon privattelefon privatnummer diensttelefon firmentelefon burotelefon
  geschaftstelefon zweitnummer 联系电话 联系方式 連絡先 연락처 टेलीफोन टेलीफ़ोन फोननंबर`,
)
/** A phone or a person's name: with "number" it is a phone. */
export const CONTACT = list(
  `contact contactable call calling called dial to contacto contato contatto contactnumber kontakt kontak contactno संपर्क सम्पर्क कॉन्टैक्ट
  कॉल контакт контактный`,
)
export const HOME = list(
  `home residence residential res resi residencial domicilio landline house prive privat privattelefon privatnummer domicile casa fixed standard
  المنزل البيت thuis hem hjem hjemme domowy koti домашний ghar घर आवास निवास fijo fixe fixo fixnet fisso festnetz festnetznummer rumah hogar domestico permanent present local address shipping delivery ship particular`,
)
export const WORK = list(
  `work office business company organization department off direct corporate bureau travail trabajo trabalho lavoro
  buero buro burotelefon firma firmentelefon account car radio official dienstlich geschaftlich geschaft beruflich diensttelefon geschaftstelefon professionnel pro
  العمل المكتب werk zakelijk arbete arbejde arbeid sluzbowy praca рабочий empresa oficina laboral comercial escritorio ufficio aziendale kantor kerja कार्यालय ऑफिस ऑफ़िस दफ्तर`,
)
export const OTHER = list(
  `other others alternate secondary second additional another third optional old previous former extra more वैकल्पिक अन्य दूसरा दूसरे अतिरिक्त
  autre autres secondaire otro otra otros alternativo alternativa secundario altro altri secondario outro outra
  weitere weiterer andere zweite zweiter zweitnummer zusatzlich zusatzliche alternativ lain lainnya alternatif kedua cadangan`,
)
export const EMERGENCY = list(
  'emergency emergencia urgence urgencias notfall notfallnummer emergenza darurat आपातकालीन sos',
)
export const BEST = list(
  `primary preferred registered reg regd latest working default main personal own self best new current principal principale प्राथमिक मुख्य पंजीकृत
  स्वयं खुद निजी haupt hauptrufnummer haupttelefon bevorzugt eigene pribadi utama sendiri propio proprio primario primaria`,
)
/** Words that do not identify the phone. */
export const NOISE = list(
  `number value the your my our me please enter provide share what whats is
  di de et of and or for as per with isd std digit ten billing bill mailing
  del della do da des du la le el lo los las y und oder der die das fur von zu no nomor nomer numara numarasi cislo का की के से पर सं
  e164 field info detail details kyc ka ki ke comu communication sms wert valeur valor valore waarde varde`,
)
/** The person the file is about. */
export const OWNER = list(
  `customer client borrower applicant contact lead debtor member prospect party ledger subscriber consumer user person self
  buyer enquirer inquirer enquiry student patient guest tenant donor voter farmer passenger insured policyholder attendee registrant
  participant candidate respondent visitor shopper purchaser payer holder clientele ग्राहक ऋणी आवेदक kunde kunden cliente clientes pelanggan nasabah debitur peminjam titular titulaire klient klienta`,
)
/** A line that is no phone. */
const NO_PHONE = list('fax telefax pager telex isdn tty tdd')
/** Another person or thing that the number belongs to. */
export const SOMEBODY_ELSE = list(
  `fax telefax pager telex isdn tty tdd callback guarantor gurantor guaranter gtor reference referee referral referrer ref references coapplicant coborrower
  joint nominee nominees spouse husband wife father fathers mother mothers parent parents guardian brother sister son daughter children child relative
  relatives relation family friend neighbour neighbor colleague kin uncle aunt cousin inlaw landlord papa dad daddy mummy mum mom mama bhai beta beti bhaiya chacha nana dada
  agent agents executive manager rm branch assistant asst employer dealer dsa supervisor owner staff collector telecaller witness
  caller receiver representative rep coordinator salesperson salesman sales seller vendor supplier merchant store shop helpline helpdesk support
  tollfree counsellor counselor advisor adviser assignee assigned approver creator operator surveyor lawyer advocate introducer
  connector broker partner driver rider helper doctor trainer teacher hr handler attended officer fos fe tl
  burge burgen burgschaft ehepartner ehemann ehefrau partnerin vater mutter eltern bruder schwester ansprechpartner ansprechpartnerin berater sachbearbeiter vermittler vertreter referenz angehorige
  aval fiador fiadora avalista conyuge esposo esposa padre madre hermano hermana hijo hija pariente familiar referencia referencias asesor agente vendedor vendedora proveedor apoderado gestor
  garant caution conjoint conjointe pere mere frere soeur mari epouse parrain conseiller vendeur fournisseur interlocuteur referent
  conjuge pai mae irmao irma filho filha parente atendente corretor responsavel fornecedor consultor
  penjamin suami istri ayah bapak ibu saudara kakak adik anak keluarga teman referensi agen penjual petugas kolektor wali pasangan
  garante coniuge marito moglie fratello sorella figlio figlia genitore venditore consulente referente
  जमानतदार गारंटर गारन्टर पिता माता पति पत्नी भाई बहन पुत्र पुत्री बेटा बेटी रिश्तेदार एजेंट संदर्भ नामिनी नॉमिनी गवाह`,
)

/**
 * Other people in one list and customers in another, such as callers or receivers of parcels. The cells
 * decide.
 */
export const EITHER = list('caller receiver recipient consignee empfanger destinatario destinataire penerima')

/**
 * `Contact Person Mobile`, `Second Applicant Phone`, `Borrower 2 Mobile`: another person than the customer.
 */
const BESIDE =
  /\b(?:contact person|person to contact|persona de contacto|personne a contacter|pessoa de contato|kontak person|co ?(?:applicant|borrower|holder|owner|customer)|(?:second|secondary|additional|joint|other|alternate|another) (?:applicant|borrower|holder|customer|person|client)|(?:applicant|borrower|holder|customer|client) (?:[2-9]|ii|two)|(?:son|daughter|wife|care) of|ship from|pick ?up|[sdwc] o)\b|^principal (?:mobile|phone|contact|telephone|cell|whatsapp)/u

/** True for `Fax`, but not for `Agent Fax`. */
export function isOnlyFax(words: readonly string[]): boolean {
  return (
    words.some((word) => NO_PHONE.has(word)) && !isSomebodyElse(words.filter((word) => !NO_PHONE.has(word)))
  )
}

export function isSomebodyElse(words: readonly string[]): boolean {
  return words.some((word) => SOMEBODY_ELSE.has(word)) || BESIDE.test(words.join(' '))
}

/** Short and alternative spellings of these words in headings. */
export const PHONE_SPELLINGS: Readonly<Record<string, string>> = {
  phones: 'phone',
  ph: 'phone',
  phn: 'phone',
  fone: 'phone',
  tel: 'telephone',
  tele: 'telephone',
  telephones: 'telephone',
  mob: 'mobile',
  mbl: 'mobile',
  mobiles: 'mobile',
  फोन: 'फ़ोन',
  मोबाईल: 'मोबाइल',
}

const LATIN_ACCENTS = /(?<=[a-z])[\u0300-\u036f]+/gu
const WORD = /[\p{L}\p{M}]+/gu
/** A shorter word can be the start of many others: `hp`, `to`, `cep`. */
const SHORTEST_GLUED = 4
const GLUED = [...MOBILE, ...PHONE, ...WHATSAPP, ...CONTACT].filter((word) => word.length >= SHORTEST_GLUED)

/** True if a word of a heading means a phone, also joined with other words: `Mobileno`, `CustPhone`. */
export function namesPhone(heading: string): boolean {
  const plain = heading.toLowerCase().normalize('NFD').replace(LATIN_ACCENTS, '').normalize('NFC')
  return (plain.match(WORD) ?? []).some((word) => {
    const spelled = Object.hasOwn(PHONE_SPELLINGS, word) ? (PHONE_SPELLINGS[word] ?? word) : word
    const isWhole = MOBILE.has(spelled) || PHONE.has(spelled) || WHATSAPP.has(spelled)
    return isWhole || GLUED.some((known) => word.startsWith(known) || word.endsWith(known))
  })
}
