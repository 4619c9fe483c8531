/* SPDX-License-Identifier: ISC */
/* What every file has to go through, whatever export it is: which record is
 * the header, whose the ids are, and what becomes of each cell. */
#include "drafts.h"

static const struct drafts_case headers[] = {
	{ .sentence = "a list with a name and an e-mail needs no map",
	    TEXT("Name;Email\nAnn Oh;ann@example.org\n"),
	    "2 first_name~=Ann last_name~=Oh name=Ann Oh email=ann@example.org\n",
	    .shape = "generic/contacts" },
	{ .sentence = "headers in other languages",
	    TEXT("Vorname,Nachname,T\xc3\xa9l\xc3\xa9phone,Firma,"
		 "\xd0\x93\xd0\xbe\xd1\x80\xd0\xbe\xd0\xb4\nAnn,Oh,1,Acme,Ulm\n"),
	    "2 first_name=Ann last_name=Oh phone=1 organization=Acme city=Ulm\n" },
	{ .sentence = "a name beside one part of it is the other part",
	    TEXT("Nom,Pr\xc3\xa9nom\nOh,Ann\n"),
	    "2 first_name=Ann last_name=Oh\n" },
	{ .sentence = "and so beside a last name",
	    TEXT("Nombre,Apellidos\nAnn,Oh\n"),
	    "2 first_name=Ann last_name=Oh\n" },
	{ .sentence = "title lines and blank lines stand above the header",
	    TEXT("Our friends\n\nFirst Name,Last Name\nAnn,Oh\n"),
	    "4 first_name=Ann last_name=Oh\n" },
	{ .sentence = "fields go by their names, with columns for other systems",
	    TEXT("first_name,email,ext.crm,attr.Shoe Size,labels\n"
		 "Ann,ann@example.org,7,41,a;b;a\n"),
	    "2 first_name=Ann email=ann@example.org labels=a;b ext.crm=7 "
	    "attr.shoe_size=41\n" },
	{ .sentence = "no known header is a refusal that shows what was seen",
	    TEXT("foo,bar\n1,2\n"),
	    "fault: no header found in the first 10 records: line 1 has \"foo\", "
	    "\"bar\"\n" },
	{ .sentence = "a header that is not UTF-8 says what to do",
	    TEXT("Nom;T\xe9l\nA;1\n"),
	    "fault: no header found in the first 10 records: line 1: byte 0xe9 is "
	    "not UTF-8 (--encoding says what it is)\n" },
	{ .sentence = "with --encoding it is read",
	    TEXT("Nom;T\xe9l\nA;1\n"),
	    "2 last_name~=A name=A phone=1\n",
	    .encoding = "windows-1252" },
	{ .sentence = "an empty file has no record", TEXT(""), "fault: no record\n" },
	{ .sentence = "a header without rows is a plan without drafts",
	    TEXT("email\n"),
	    "" },
	{ .sentence = "a column id without rev is nobody's",
	    TEXT("id,email\n1,a@example.org\n"),
	    "fault: column id: whose? --key id if it is this store's, --map "
	    "generic:NAME if it is NAME's\n" },
	{ .sentence = "--map generic:NAME says whose",
	    TEXT("id,email,Client ID\n1,a@example.org,9\n"),
	    "2 email=a@example.org organization@=crm:9 ext.crm=1\n",
	    .map = "generic:crm" },
	{ .sentence = "a map that does not exist is named beside those that do",
	    TEXT("email\n"),
	    "fault: --map nonesuch: no such map; there are: bullhorn generic google "
	    "handshake hubspot linkedin outlook prismhr salesforce (a file has a "
	    "slash: ./nonesuch)\n",
	    .map = "nonesuch" },
	{ .sentence = "a kind without a map goes by the names of its fields",
	    TEXT("name,value,meaning,open\nsource,Fair,At a fair,\n,,,\n"),
	    "2 name=source value=Fair meaning=At a fair\n3 -EMPTY\n",
	    .kind = "picklist" },
	{ .sentence = "organizations go by company names",
	    TEXT("Company,Website\nAcme,acme.example\n"),
	    "2 name=Acme website=acme.example\n",
	    .kind = "organization" },
};

static const struct drafts_case ours[] = {
	{ .sentence = "X-38 id beside rev is ours; derived fields are compared only",
	    TEXT("id,rev,first_name,type,created_at\n7,3,Ann,Client,2024-01-01\n"),
	    "2 id:7 rev:3 first_name=Ann created_at!=2024-01-01 type!=Client\n" },
	{ .sentence = "--key id makes it ours without rev; a row needs no name then",
	    TEXT("id,title\n7,Boss\n"),
	    "2 id:7 title=Boss\n",
	    .key = "id" },
	{ .sentence = "an id that is no number is BAD_ID",
	    TEXT("id,rev,title\nx,1,Boss\n"),
	    "2 !BAD_ID 1 id: not a number rev:1 title=Boss\n",
	    .show = SHOW_MESSAGES },
	{ .sentence = "--key id needs the column",
	    TEXT("email\na@example.org\n"),
	    "fault: --key id: the header has no column id of this store\n",
	    .key = "id" },
	{ .sentence =
		"design A3 in a foreign header derived and system names are attributes",
	    TEXT("email,type,rev,created_at\na@example.org,x,y,z\n"),
	    "2 email=a@example.org attr.type=x attr.rev=y attr.created_at=z\n" },
	{ .sentence = "columns that begin with _ are passed over",
	    TEXT("email,_line,_error\na@example.org,1,x\n"),
	    "2 email=a@example.org\n" },
	{ .sentence = "a row that has only _raw is in error again",
	    TEXT("email,_line,_code,_error,_raw\n,1,BAD_QUOTING,x,\"a\"\"b\"\n"),
	    "2 !RAW\n" },
	{ .sentence = "_excel takes one ' off every cell that has one",
	    TEXT("id,rev,last_name,title,_excel\n7,3,'=1+1,''x,\n"),
	    "2 id:7 rev:3 last_name==1+1 title='x\n" },
	{ .sentence = "without _excel a ' is data",
	    TEXT("last_name\n'=1+1\n"),
	    "2 last_name='=1+1\n" },
	{ .sentence = "TSV of ours carries escapes",
	    TEXT("id\trev\tstreet\n7\t3\ta\\nb\n"),
	    "2 id:7 rev:3 street=a\\nb\n" },
};

static const struct drafts_case rows[] = {
	{ .sentence = "HS-4 a row without name, e-mail and id is skipped EMPTY",
	    TEXT("name,email,phone\n,,555\n,,\n"),
	    "2 -EMPTY 0 no name, no e-mail and no id phone=555\n"
	    "3 -EMPTY 0 no name, no e-mail and no id\n",
	    .show = SHOW_MESSAGES },
	{ .sentence = "a row of another length is RAGGED; one of blanks is EMPTY",
	    TEXT("name,email\na\nb,b@example.org,x\n,,\n"),
	    "2 !RAGGED 0 1 cell where the header has 2\n"
	    "3 !RAGGED 0 3 cells, and the header names only 2\n"
	    "4 -EMPTY 0 an empty row\n",
	    .show = SHOW_MESSAGES },
	{ .sentence = "a header that ends without a name lets rows end in empty cells",
	    TEXT("name,email,\na,,\nb,b@example.org\nc,,,\nd,,x\n"),
	    "2 last_name~=a name=a\n3 last_name~=b name=b email=b@example.org\n"
	    "4 last_name~=c name=c\n5 !RAGGED\n" },
	{ .sentence = "a column without a name inside the header is kept by its number",
	    TEXT("name,,email\na,x,\n"),
	    "2 last_name~=a name=a attr.column_2=x\n" },
	{ .sentence = "what the reader could not split passes through",
	    TEXT("name,email\na\"b,c\nd,\n"),
	    "2 !BAD_QUOTING\n3 last_name~=d name=d\n" },
	{ .sentence = "cells are trimmed: blank, NBSP, ideographic space",
	    TEXT("name,email\n \xc2\xa0"
		 "Ann\xe3\x80\x80 , ann@example.org \n"),
	    "2 last_name~=Ann name=Ann email=ann@example.org\n" },
	{ .sentence = "HS-2 line ends at the edges stay, where they are not all there is",
	    TEXT("\"\xe2\x80\x8bname\n\",description,title\nAnn,\"\na\n\",\" \n\"\n"),
	    "3 last_name~=Ann name=Ann description=\\na\\n\n" },
	{ .sentence = "HS-2 commas, quotes, newlines and accents stay as they are",
	    TEXT("name,description\n\"O'Hara, Ren\xc3\xa9"
		 "e\",\"a \"\"b\"\"\nc\"\n"),
	    "2 first_name~=Ren\xc3\xa9"
	    "e last_name~=O'Hara "
	    "name=O'Hara, Ren\xc3\xa9"
	    "e description=a \"b\"\\nc\n" },
	{ .sentence = "a bad value puts the row in error under its header",
	    TEXT("E-mail,Do Not Call\nann@,\nann@example.org,perhaps\n"),
	    "2 !BAD_EMAIL 1 E-mail: no domain after \"@\"\n"
	    "3 !BAD_VALUE 2 Do Not Call: \"perhaps\" is neither true nor false "
	    "email=ann@example.org\n",
	    .show = SHOW_MESSAGES },
	{ .sentence = "what a spreadsheet writes for an error is none of ours",
	    TEXT("name,title,Shoe\n#N/A,,\nAnn,#REF!,\nLi,,#REF!\n"),
	    "2 !BAD_VALUE\n3 !BAD_VALUE last_name~=Ann name=Ann\n"
	    "4 last_name~=Li name=Li attr.shoe=#REF!\n" },
	{ .sentence = "TR-6 picklists are read as people write them",
	    TEXT("email,client_status\na@example.org,not_applicable\n"
		 "b@example.org,n/a\nc@example.org,not_applicable\n"),
	    "2 email=a@example.org client_status=Not Applicable\n"
	    "3 email=b@example.org client_status=Not Applicable\n"
	    "4 email=c@example.org client_status=Not Applicable\n" },
	{ .sentence = "HS-30 the source of a row is a field like others",
	    TEXT("email,source\na@example.org,Fair\n"),
	    "2 email=a@example.org source=Fair\n" },
	{ .sentence = "of repeated columns the first cell with a value counts",
	    TEXT("email,Phone,phone\na@example.org,,2\nb@example.org,1,2\n"),
	    "2 email=a@example.org phone=2\n3 email=b@example.org phone=1\n" },
	{ .sentence = "and that is said once",
	    TEXT("email,Phone,phone\na@example.org,,2\n"),
	    "repeated columns, of which the first cell with a value counts: phone\n",
	    .show = SHOW_NOTES },
	{ .sentence = "also of headers that are alike as far as an attribute's name goes",
	    TEXT("email,"
		 "The answer to a question that takes more than sixty-four octets: yes,"
		 "The answer to a question that takes more than sixty-four octets: no\n"
		 "a@example.org,1,2\n"),
	    "repeated columns, of which the first cell with a value counts: The answer "
	    "to a question that takes more than sixty-four octets: no\n"
	    "unknown columns kept: The answer to a question that takes more than "
	    "sixty-four octets: yes as attr.the_answer_to_a_question_that_takes_more_than"
	    "_sixty_four_octets_\n",
	    .show = SHOW_NOTES },
	{ .sentence = "and of headers of nothing but punctuation",
	    TEXT("email,?,!\na@example.org,1,2\n"),
	    "repeated columns, of which the first cell with a value counts: !\n"
	    "unknown columns kept: ? as attr._\n",
	    .show = SHOW_NOTES },
	{ .sentence = "but not of a column written out beside its own spare",
	    TEXT("email,Company,Employer,attr.other\na@example.org,Acme,Other,1\n"),
	    "",
	    .show = SHOW_NOTES },
	{ .sentence = "of several columns for one field the others are kept",
	    TEXT("email,Company,Employer\na@example.org,Acme,Other\n"
		 "b@example.org,Acme,Acme\nc@example.org,,Other\n"),
	    "2 email=a@example.org organization=Acme attr.employer=Other\n"
	    "3 email=b@example.org organization=Acme\n"
	    "4 email=c@example.org organization=Other\n" },
	{ .sentence = "e-mails beyond the first go to other_emails, each once",
	    TEXT("email,Work Email,other_emails\n"
		 "a@example.org,b@example.org,c@example.org;B@example.org\n,b@example."
		 "org,\n"),
	    "2 email=a@example.org other_emails=b@example.org;c@example.org\n"
	    "3 email=b@example.org\n" },
	{ .sentence = "two e-mails in one cell are BAD_EMAIL unless a map parts them",
	    TEXT("Contact,Email / Phone\nAnn,a@example.org / 06 12\nLi,06 13\n"),
	    "2 last_name~=Ann name=Ann email=a@example.org phone=06 12\n"
	    "3 last_name~=Li name=Li phone=06 13\n" },
	{ .sentence = "name beside its parts is ignored",
	    TEXT("name,first_name,last_name\nDr. Ann Oh,Ann,Oh\nLi Wei,,\n"),
	    "2 first_name=Ann last_name=Oh\n"
	    "3 first_name~=Li last_name~=Wei name=Li Wei\n" },
	{ .sentence = "--blank clear clears what is empty",
	    TEXT("email,phone,title\na@example.org,,Boss\n"),
	    "2 email=a@example.org phone-= title=Boss\n",
	    .blank_clears = true,
	    .show = SHOW_BLANKS },
	{ .sentence = "without it a blank is told and no more",
	    TEXT("email,phone\na@example.org,\n"),
	    "2 email=a@example.org phone=\n",
	    .show = SHOW_BLANKS },
	{ .sentence = "CS-6 sensitive columns are left out by their names",
	    TEXT("email,Date of Birth,hed__Social_Security_Number__c,EmployeeSSN,"
		 "Bank Name,businessName\na@example.org,1,2,3,4,5\n"),
	    "2 email=a@example.org attr.businessname=5\n" },
	{ .sentence = "unknown headers are kept under their names and listed once",
	    TEXT("email,Shoe Size,\xc3\x84lter\n"),
	    "unknown columns kept: Shoe Size as attr.shoe_size, "
	    "\xc3\x84lter as attr.\xc3\xa4lter\n",
	    .show = SHOW_NOTES },
	{ .sentence = "a URL is an id only where it is one of LinkedIn",
	    TEXT("name,URL\nAnn,https://www.linkedin.com/in/ann\nLi,https://"
		 "acme.example\n"),
	    "2 last_name~=Ann name=Ann ext.linkedin=https://www.linkedin.com/in/ann\n"
	    "3 last_name~=Li name=Li attr.url=https://acme.example\n" },
	{ .sentence = "--key HEADER makes a column an external id",
	    TEXT("email,ORACLE_ID__C\na@example.org,9\n"),
	    "2 email=a@example.org ext.oracle_id_c=9\n",
	    .key = "ORACLE_ID__C" },
	{ .sentence = "--key must be a column of the file",
	    TEXT("email\na@example.org\n"),
	    "fault: --key phone: the file has no such column\n",
	    .key = "phone" },
	{ .sentence = "JSON objects are rows",
	    TEXT("{\"email\":\"a@example.org\",\"do_not_email\":true}\n{\"name\":\"Li\"}"
		 "\n"),
	    "1 email=a@example.org do_not_email=true\n"
	    "2 last_name~=Li name=Li\n" },
};

static void
test_headers(void **state)
{
	drafts_check_all(*state, headers, sizeof(headers) / sizeof(headers[0]));
}

static void
test_ours(void **state)
{
	drafts_check_all(*state, ours, sizeof(ours) / sizeof(ours[0]));
}

static void
test_rows(void **state)
{
	drafts_check_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

/* A map that a user wrote, given by its path. */
static void
test_own_map(void **state)
{
	static char path[] = "/tmp/contact-map-XXXXXX";
	static const char map[] =
	    "map fair\nshape visitors\nkind contact\n"
	    "default source Fair\nempty none\n"
	    "Badge -> ext.SYSTEM key\nVisitor -> name\nMail -> email\n"
	    "Firm -> organization by-id\nInterests -> labels multi:\" / \"\n"
	    "Priority -> attr.priority not:Normal\n";
	const struct drafts_case test = { .sentence = "a map by its path",
		TEXT("Badge,Visitor,Mail,Firm,Interests,Priority,source\n"
		     "7,Ann Oh,none,3,a;b / c,Normal,\n8,Li Wei,,,,High,Ad\n"),
		"2 first_name~=Ann last_name~=Oh name=Ann Oh "
		"organization@=fair:3 source=Fair labels=a\\;b;c ext.fair=7\n"
		"3 first_name~=Li last_name~=Wei name=Li Wei source=Ad "
		"ext.fair=8 attr.priority=High\n",
		.map = path,
		.shape = "fair/visitors" };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, map, sizeof(map) - 1), sizeof(map) - 1);
	close(fd);
	drafts_check_all(*state, &test, 1);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_map),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_ours),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, drafts_open, drafts_close);
}
