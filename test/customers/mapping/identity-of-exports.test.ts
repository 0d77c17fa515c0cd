import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createRowReader } from '../../../src/customers/rows/row-reader.ts'

/**
 * Exports of programs: headings and rows with a bar between cells, and each row's result: its phone, then its
 * other phones.
 */
const EXPORTS: readonly [string, string, string, readonly string[], readonly string[]][] = [
  [
    'gcontacts new',
    'IN',
    'First Name|Middle Name|Last Name|Labels|E-mail 1 - Label|E-mail 1 - Value|Phone 1 - Label|Phone 1 - Value|Phone 2 - Label|Phone 2 - Value',
    [
      'Asha||Rao|* myContacts|* Home|a@x.in|Work|022 2780 1234|Mobile|+91 98765 43210',
      'Ravi||Nair|* myContacts|||Mobile|98123 45678|Work|022 27801235',
      'Mira||Das||||Mobile|98123 45679||',
    ],
    ['+919876543210 +912227801234', '+919812345678 +912227801235', '+919812345679'],
  ],
  [
    'gcontacts old',
    'IN',
    'Name|Given Name|Family Name|Phone 1 - Type|Phone 1 - Value|Phone 2 - Type|Phone 2 - Value',
    [
      'Asha Rao|Asha|Rao|Home|022 2780 1234|Mobile|+91 98765 43210',
      'Ravi|Ravi||Work Fax|022 27801236|Mobile|9812345678',
    ],
    ['+919876543210 +912227801234', '+919812345678'],
  ],
  [
    'gcontacts multi',
    'IN',
    'Name|Phone 1 - Type|Phone 1 - Value',
    ['Asha Rao|Mobile|98765 43210 ::: 98765 43211'],
    ['+919876543210 +919876543211'],
  ],
  [
    'outlook',
    'US',
    "First Name|Last Name|Company|Business Phone|Business Phone 2|Callback|Car Phone|Company Main Phone|Home Fax|Home Phone|Mobile Phone|Other Phone|Pager|Primary Phone|Assistant's Phone|Home Country/Region",
    ['Maria|Stone|Acme|(415) 555-0100|||||||(415) 555-0132||||(415) 555-0999|'],
    ['+14155550132 +14155550100'],
  ],
  [
    'iphone export',
    'US',
    'First name|Last name|Phone : iPhone|Phone : home|Phone : work',
    ['Maria|Stone|415-555-0132|415-555-0100|415-555-0101', 'Joe|Field||415-555-0102|'],
    ['+14155550132 +14155550100 +14155550101', '+14155550102'],
  ],
  [
    'core banking in capitals',
    'IN',
    'CUSTNAME|CUSTMOBILE|CUSTCITY|GUARMOBILE|ALTMOBILENO',
    ['Asha|9876543210|Pune|9811111112|', 'Mira|9812345679|Thane|9811111112|9812345670'],
    ['+919876543210', '+919812345679 +919812345670'],
  ],
  [
    'abbreviated applicants',
    'IN',
    'APPL_NAME|APPL_MOB|COAPPL_NAME|COAPPL_MOB',
    ['Asha|9876543210|Ravi|9811111112', 'Mira|9812345679|Sunil|9811111112'],
    ['+919876543210', '+919812345679'],
  ],
  [
    'school with its principal',
    'IN',
    'Name|Principal Phone|Contact No',
    ['Asha|9811111112|9876543210', 'Mira|9811111112|9812345679'],
    ['+919876543210', '+919812345679'],
  ],
  [
    'icloud vcard csv',
    'IN',
    'First name|Last name|Phone : cell|Phone : home|Phone : work',
    ['Asha|Rao|9876543210|02227801234|02227801235'],
    ['+919876543210 +912227801234 +912227801235'],
  ],
  [
    'zoho',
    'IN',
    'Record Id|Lead Owner|First Name|Last Name|Phone|Mobile|Owner Phone|Mailing Country',
    [
      'z1|Sales One|Asha|Rao|02227801234|9876543210|9811111112|India',
      'z2|Sales One|Ravi|Nair||9812345678|9811111112|India',
    ],
    ['+919876543210 +912227801234', '+919812345678'],
  ],
  [
    'hubspot',
    'US',
    'Record ID|First Name|Last Name|Email|Phone Number|Mobile Phone Number|WhatsApp Phone Number|Contact owner|Country/Region',
    ['1|Maria|Stone|m@x.com|415-555-0132|415-555-0133||Bob|United States'],
    ['+14155550133 +14155550132'],
  ],
  [
    'salesforce',
    'US',
    'Name|Phone|MobilePhone|HomePhone|OtherPhone|AssistantPhone|MailingCountry',
    ['Maria|4155550132|4155550133|4155550134|4155550135|4155550136|USA'],
    ['+14155550133 +14155550132 +14155550134 +14155550135'],
  ],
  [
    'indiamart',
    'IN',
    'UNIQUE_QUERY_ID|QUERY_TIME|SENDER_NAME|SENDER_MOBILE|SENDER_MOBILE_ALT|SENDER_PHONE|SENDER_EMAIL|SENDER_COUNTRY_ISO|CALL_DURATION|RECEIVER_MOBILE',
    [
      '1|2026-01-01|Asha|+91-9876543210|||a@x.in|IN||+91-9811111112',
      '2|2026-01-01|Omar|+971-501234567|+971-501234568||o@x.ae|AE||+91-9811111112',
    ],
    ['+919876543210', '+971501234567 +971501234568'],
  ],
  [
    'justdial',
    'IN',
    'Lead ID|Lead Date|Caller Name|Caller Number|Area|City|Category',
    ['1|2026-01-01|Asha|9876543210|Camp|Pune|Plumber'],
    ['asked'],
  ],
  [
    'justdial leads',
    'IN',
    'leadid|prefix|name|mobile|phone|email|date|category|city|area|brancharea|dncmobile|dncphone|company|pincode|branchpin|parentid',
    ['1|Mr|Asha|9876543210||a@x.in|2026-01-01|P|Pune|Camp|Camp|0|0||411001|411001|p1'],
    ['+919876543210'],
  ],
  [
    '99acres',
    'IN',
    'Name|Email|Mobile|Query Date|Property|Advertiser Mobile',
    ['Asha|a@x.in|+91-9876543210|2026-01-01|2BHK|9811111112'],
    ['+919876543210'],
  ],
  [
    'magicbricks',
    'IN',
    'Contact Person|Contact Number|ISD|Email Id',
    ['Asha|9876543210|91|a@x.in', 'Omar|501234567|971|o@x.ae'],
    ['+919876543210', '+971501234567'],
  ],
  [
    'housing',
    'IN',
    'lead_name|lead_phone|country_code|lead_email',
    ['Asha|9876543210|+91|a@x.in', 'Omar|501234567|+971|o@x.ae'],
    ['+919876543210', '+971501234567'],
  ],
  [
    'shopify customers',
    'US',
    'Customer ID|First Name|Last Name|Email|Default Address Phone|Default Address Country Code|Phone|Total Spent',
    ['1|Maria|Stone|m@x.com|4155550199|US|+14155550132|10', '2|Jean|Petit|j@x.fr|0612345678|FR||10'],
    ['+14155550132 +14155550199', '+33612345678'],
  ],
  [
    'shopify orders',
    'IN',
    'Name|Email|Billing Name|Billing Phone|Billing Country|Shipping Name|Shipping Phone|Shipping Country|Phone',
    [
      '#1001|m@x.com|Maria|4155550132|US|Joe|7911123456|GB|',
      '#1002|a@x.in|Asha|9876543210|IN|Asha|9876543210|IN|',
    ],
    ['+14155550132 +447911123456', '+919876543210'],
  ],
  [
    'woocommerce',
    'IN',
    'Order Number|Billing First Name|Billing Last Name|Billing Phone|Billing Country Code|Shipping First Name|Shipping Phone',
    ['1|Asha|Rao|9876543210|IN|Ravi|9812345678'],
    ['+919876543210 +919812345678'],
  ],
  [
    'odoo',
    'DE',
    'Name|Phone|Mobile|Country|Salesperson',
    ['Anna Klein|+49 30 2345678|0171 2345678|Deutschland|Jens'],
    ['+491712345678 +49302345678'],
  ],
  [
    'odoo path',
    'DE',
    'id|Contact / Name|Contact / Phone|Contact / Mobile|Contact / Country',
    ['1|Anna Klein|030 2345678|0171 2345678|Germany'],
    ['+491712345678 +49302345678'],
  ],
  [
    'leadsquared',
    'IN',
    'Prospect ID|FirstName|LastName|EmailAddress|Phone|Mobile|OwnerIdName|mx_Country',
    ['1|Asha|Rao|a@x.in|+91-9876543210||Bob|India'],
    ['+919876543210'],
  ],
  [
    'freshsales',
    'IN',
    'Id|First name|Last name|Work|Mobile|Sales owner|Country',
    ['1|Asha|Rao|02227801234|9876543210|Bob|India'],
    ['+919876543210 +912227801234'],
  ],
  [
    'pipedrive',
    'US',
    'Person - Name|Person - Phone - Work|Person - Phone - Home|Person - Phone - Mobile|Person - Phone - Other|Person - Owner',
    ['Maria|4155550100|4155550101|4155550132|4155550103|Bob'],
    ['+14155550132 +14155550101 +14155550100 +14155550103'],
  ],
  [
    'mailchimp',
    'US',
    'Email Address|First Name|Last Name|Phone Number|SMS Phone|CC',
    ['m@x.com|Maria|Stone|4155550132||us'],
    ['+14155550132'],
  ],
  [
    'tradeindia',
    'IN',
    'Sender Name|Sender Company|Sender Mobile|Sender Other Mobiles|Sender Country|Receiver Name|Receiver Mobile',
    [
      'Asha|Rao Co|9876543210|9876543211|India|Seller|9811111112',
      'Omar|S Co|501234567||United Arab Emirates|Seller|9811111112',
    ],
    ['+919876543210 +919876543211', '+971501234567'],
  ],
  [
    'facebook leads',
    'IN',
    'id|created_time|ad_name|full_name|phone_number|city',
    ['l:1|2026-01-01|x|Asha|p:+919876543210|Pune'],
    ['+919876543210'],
  ],
  [
    'linkedin',
    'IN',
    'First Name|Last Name|Phone Number|Work Phone',
    ['Asha|Rao|9876543210|'],
    ['+919876543210'],
  ],
  [
    "father's phone",
    'IN',
    'Student Name|Father Name|Father Mobile|Mother Mobile|Student Mobile',
    ['Asha|R Rao|9811111112|9811111113|9876543210'],
    ['+919876543210'],
  ],
  [
    'only father',
    'IN',
    'Student Name|Class|Father Name|Father Mobile No',
    ['Asha|5|R Rao|9811111112', 'Amit|7|R Rao|9811111112'],
    ['asked'],
  ],
  ['parent contact', 'IN', 'Student Name|Parent Contact No', ['Asha|9811111112'], ['asked']],
  [
    'applicant/coapplicant',
    'IN',
    'Applicant Name|Applicant Mobile|Co-Applicant Name|Co-Applicant Mobile|Guarantor Mobile|Reference 1 Mobile',
    ['Asha|9876543210|Ravi|9812345678|9812345679|9812345670'],
    ['+919876543210'],
  ],
  [
    'nominee',
    'IN',
    'Policy Holder|Contact No|Nominee Contact No|Agent Contact No',
    ['Asha|9876543210|9812345678|9811111112'],
    ['+919876543210'],
  ],
  [
    'hindi',
    'IN',
    'नाम|मोबाइल नंबर|पिता का मोबाइल नंबर|वैकल्पिक नंबर',
    ['आशा|9876543210|9812345678|9812345679'],
    ['+919876543210 +919812345679'],
  ],
  [
    'spanish',
    'ES',
    'Nombre|Teléfono fijo|Teléfono móvil|Teléfono de contacto alternativo|País',
    ['Ana|912345678|612345678|612345679|España'],
    ['+34612345678 +34912345678 +34612345679'],
  ],
  ['spanish MX lada', 'MX', 'Nombre|Lada|Teléfono', ['Ana|55|12345678'], ['+525512345678']],
  [
    'pt BR DDD',
    'BR',
    'Nome|DDD|Celular|Telefone Residencial',
    ['Ana|11|912345678|23456789'],
    ['+5511912345678 +551123456789'],
  ],
  [
    'french',
    'FR',
    'Nom|Prénom|Tél. domicile|Portable|Tél. bureau|Indicatif',
    ['Petit|Jean|0123456789|0612345678|0123456780|+33'],
    ['+33612345678 +33123456780'],
  ],
  [
    'german',
    'DE',
    'Name|Telefon privat|Telefon dienstlich|Handy|Fax',
    ['Anna|030 2345678|030 9876543|0171 2345678|030 111222'],
    ['+491712345678 +49302345678 +49309876543'],
  ],
  [
    'german codes',
    'DE',
    'Name|Ländervorwahl|Vorwahl|Rufnummer',
    ['Anna|+49|030|2345678', 'Max|+43|01|2345678'],
    ['+49302345678', '+4312345678'],
  ],
  [
    'german vorwahl handy',
    'DE',
    'Name|Vorwahl|Telefon|Handy',
    ['Anna|030|2345678|0171 2345678'],
    ['+491712345678 +49302345678'],
  ],
  [
    'STD landline',
    'IN',
    'Name|Mobile|STD|Landline',
    ['Asha||022|27801234', 'Ravi|9876543210|020|25501234'],
    ['+912227801234', '+919876543210 +912025501234'],
  ],
  [
    'STD code',
    'IN',
    'Name|STD Code|Phone No',
    ['Asha|022|27801234', 'Ravi|020|25501234'],
    ['+912227801234', '+912025501234'],
  ],
  ['std/isd', 'IN', 'Name|ISD Code|STD Code|Phone', ['Asha|91|22|27801234'], ['+912227801234']],
  [
    'STD class (school)',
    'IN',
    'Name|Std|Mobile',
    ['Asha|5|9876543210', 'Amit|10|9876543211', 'Om|5th|9876543212'],
    ['+919876543210', '+919876543211', '+919876543212'],
  ],
  [
    'indonesia',
    'ID',
    'Nama|No. HP|No. Telepon Rumah|No. HP Pasangan',
    ['Ani|6281234567890|0215551234|081234567891'],
    ['+6281234567890 +62215551234'],
  ],
  [
    'arabic',
    'AE',
    'الاسم|رقم الجوال|هاتف العمل',
    ['عمر|0501234567|042345678'],
    ['+971501234567 +97142345678'],
  ],
  [
    'dummy',
    'IN',
    'Name|Mobile|Alternate Mobile',
    ['Asha|9999999999|9876543210', 'Ravi|0000000000|9812345678', 'Mira|1234567890|'],
    ['+919876543210', '+919812345678', 'phone_dummy'],
  ],
  [
    'labelled',
    'IN',
    'Name|Phone',
    [
      'Asha|M: 9876543210, O: 022-27801234',
      'Ravi|Mobile-9812345678 / Home-02227801235',
      'Om|Father 9811111112, Self 9876500011',
      'Uma|Wife: 9811111113',
    ],
    ['+919876543210 +912227801234', '+919812345678 +912227801235', '+919876500011', 'phone_invalid'],
  ],
  [
    'sms number / notification',
    'IN',
    'Name|SMS Number|Registered Mobile Number|Delivery Contact',
    ['Asha|9876543211|9876543210|9811111112'],
    ['+919876543210 +919811111112 +919876543211'],
  ],
  [
    'calling no',
    'IN',
    'Customer Name|Calling No|Office No|Residence No|Reference No',
    ['Asha|9876543210|02227801234|02227801235|REF123'],
    ['+919876543210 +912227801235 +912227801234'],
  ],
  [
    'tel 1..3',
    'IN',
    'Name|Tel1|Tel2|Mob1|Mob2',
    ['Asha|02227801234||9876543210|9876543211'],
    ['+919876543210 +919876543211 +912227801234'],
  ],
  [
    'branch phone shared',
    'IN',
    'Name|Phone|Contact Number',
    [
      'A|02227801234|9876543210',
      'B|02227801234|9876543211',
      'C|02227801234|9876543212',
      'D|02227801234|9876543213',
    ],
    [
      '+919876543210 +912227801234',
      '+919876543211 +912227801234',
      '+919876543212 +912227801234',
      '+919876543213 +912227801234',
    ],
  ],
  [
    'whatsapp only',
    'IN',
    'Your Name|WhatsApp Number|Emergency Contact Number',
    ['Asha|9876543210|9811111112'],
    ['+919876543210 +919811111112'],
  ],
  [
    'country name cols',
    'IN',
    'Name|Mobile|Nationality|Country of Birth|Country of Residence',
    ['Omar|501234567|Jordan|Jordan|UAE'],
    ['+971501234567'],
  ],
  ['nationality only', 'IN', 'Name|Mobile|Nationality', ['Omar|9876543210|Jordanian'], ['+919876543210']],
  [
    'Google contacts in German',
    'DE',
    'Vorname|Nachname|Telefon 1 – Typ|Telefon 1 – Wert',
    ['Anna|Klein|Mobil|0171 2345678'],
    ['+491712345678'],
  ],
  [
    "Google contacts with someone's own label",
    'IN',
    'Name|Phone 1 - Label|Phone 1 - Value|Phone 2 - Label|Phone 2 - Value',
    ['Asha|Father|9811111112|Mobile|9876543210'],
    ['+919876543210'],
  ],
  [
    'phone type that is a device',
    'IN',
    'Name|Phone Type|Phone',
    ['Asha|Android|9876543210', 'Ravi|iPhone|9876543211'],
    ['+919876543210', '+919876543211'],
  ],
  [
    'phone 1 type before phone 1',
    'US',
    'Name|Phone 1 Type|Phone 1|Phone 2 Type|Phone 2',
    ['Maria|Work|4155550100|Cell|4155550132'],
    ['+14155550132 +14155550100'],
  ],
  [
    'only faxes',
    'IN',
    'Name|Phone 1 - Type|Phone 1 - Value',
    ['Asha|Work Fax|02227801234'],
    ['phone_invalid'],
  ],
  ['Italian prefix', 'IT', 'Nome|Prefisso|Telefono', ['Anna|06|69812345'], ['+390669812345']],
  ['Japanese area code', 'JP', '氏名|市外局番|電話番号', ['田中|03|52345678'], ['+81352345678']],
  ['Turkish area code', 'TR', 'Ad Soyad|Alan Kodu|Telefon', ['Ayse|212|2345678'], ['+902122345678']],
  ['Swedish area code', 'SE', 'Namn|Riktnummer|Telefon', ['Anna|08|4650041'], ['+4684650041']],
  [
    'city areas are no area codes',
    'IN',
    'Name|Area|Landline|Mobile',
    ['Asha|Camp|27801234|9876543210', 'Ravi|Kothrud|25501234|9876543211'],
    ['+919876543210', '+919876543211'],
  ],
  [
    'codes without plus in a German list',
    'DE',
    'Name|Handy',
    ['Anna|491712345678', 'Max|436641234567'],
    ['+491712345678', 'phone_invalid'],
  ],
  ['AgentCRM', 'IN', 'Customer|Agent Mobile|Mobile No', ['Asha|9811111112|9876543210'], ['+919876543210']],
  [
    'Salesforce loader',
    'US',
    'FIRSTNAME|LASTNAME|PHONE|MOBILEPHONE|MAILINGCOUNTRYCODE',
    ['Maria|Stone|4155550100|4155550132|US'],
    ['+14155550132 +14155550100'],
  ],
  [
    'Dutch',
    'NL',
    'Naam|Telefoon thuis|Mobiel|Telefoon werk',
    ['Jan|020 1234567|06 12345678|010 1234567'],
    ['+31612345678 +31201234567 +31101234567'],
  ],
  ['Bengali', 'IN', 'নাম|মোবাইল নম্বর', ['আশা|9876543210'], ['+919876543210']],
  [
    'contact code of a system',
    'IN',
    'Name|Contact Code|Contact No',
    ['Asha|C-1001|9876543210'],
    ['+919876543210'],
  ],
  [
    'spouse and self',
    'IN',
    'Name|Self Mobile|Spouse Mobile',
    ['Asha|9876543210|9811111112'],
    ['+919876543210'],
  ],
  [
    "customer's phone beside the branch's",
    'IN',
    'Branch|Branch Phone|Customer Name|Customer Phone',
    ['Camp|02227801234|Asha|9876543210', 'Camp|02227801234|Ravi|9876543211'],
    ['+919876543210', '+919876543211'],
  ],
]

const cellsOf = (text: string) => text.split('|')

function readPhonesOf(
  region: string,
  header: readonly string[],
  rows: readonly string[][],
): readonly string[] {
  const options = { catalogue: DEFAULT_CATALOGUE, region }
  const mapped = mapHeader(header, rows, { ...options, dateOrder: 'day_first' })
  if (mapped.kind !== 'mapped') return ['asked']
  const read = createRowReader(mapped.mapping, header, { ...options, clearWord: '#CLEAR' })
  return rows.map((cells, at) => {
    const row = read({ line: at + 2, cells })
    if (row.kind === 'blank') return 'blank'
    if (row.kind === 'invalid') return row.problem.code
    return [row.phone, ...[row.values.other_phones ?? []].flat()].join(' ')
  })
}

describe('who a row is about', () => {
  it.each(EXPORTS)('%s, in %s', (_, region, header, rows, expected) => {
    expect(readPhonesOf(region, cellsOf(header), rows.map(cellsOf))).toEqual(expected)
  })
})
