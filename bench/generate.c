/* SPDX-License-Identifier: ISC */
/*
 * generate ROWS [SEED]: writes an export of ROWS invented people to stdout, of
 * the shape that Salesforce users send: 16 columns, about 215 bytes a row, RFC
 * 4180 with LF. The same ROWS and SEED give the same bytes on every machine, and
 * a shorter export is the beginning of a longer one but for the organizations.
 *
 * Each row's values come from a counter hashed with the seed, so no row depends
 * on the one before it. Ids and e-mail addresses are unique; organizations are
 * ROWS / 20, owners 50; one row in twenty has a name beyond ASCII; some streets
 * and descriptions have line breaks, commas and quotes.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct generator {
	uint64_t seed;
	uint64_t rows;
	uint64_t state;
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const first_names[] = { "Ada", "Alan", "Amara", "Anders", "Anika",
	"Beatriz", "Bela", "Brigid", "Caleb", "Carmen", "Clara", "Conrad", "Dalia",
	"Dario", "Delphine", "Edith", "Elif", "Esther", "Farah", "Felix", "Fiona",
	"Grace", "Hana", "Harold", "Ines", "Isaac", "Jana", "Jerome", "Jonas", "Katya",
	"Lena", "Leopold", "Lucia", "Mabel", "Marek", "Milo", "Nadia", "Neil", "Olga",
	"Omar", "Oscar", "Paloma", "Priya", "Quentin", "Rafael", "Rosa", "Ruth", "Samir",
	"Selma", "Simon", "Tamsin", "Tariq", "Thea", "Ursula", "Victor", "Vera", "Walter",
	"Xenia", "Yara", "Yusuf", "Zainab", "Zoltan", "Maximilian", "Bo" };

static const char *const last_heads[] = { "Ab", "Bar", "Cas", "Dun", "Ek", "Fer", "Gar",
	"Hal", "Iver", "Kap", "Lam", "Mar", "Nor", "Ost", "Pem", "Rad", "Sand", "Tan",
	"Vas", "Win", "Zab", "Hart", "Lind", "Stav" };
static const char *const last_middles[] = { "a", "be", "cro", "do", "e", "fi", "go", "in",
	"ka", "lo", "mo", "na", "or", "pe", "ri", "so", "ta", "u", "vi", "wa" };
static const char *const last_tails[] = { "bott", "brand", "dez", "dorf", "field", "ford",
	"gren", "holm", "iani", "ker", "land", "mann", "nov", "quist", "rez", "son",
	"stein", "tano", "ville", "worth" };

/* One of these takes the place of a name in one row of twenty. */
static const char *const beyond_ascii[] = { "José", "Zoë", "Łukasz", "Søren", "Åsa",
	"Björn", "Núñez", "Müller", "Dvořák", "Ødegård", "Çelik", "Šimková", "Ольга",
	"愛子", "Νίκος", "Đặng" };

static const char *const titles[] = { "Director of Operations", "HR Manager",
	"Talent Acquisition Lead", "Plant Manager", "Chief Financial Officer",
	"\"VP, People\"", "Recruiter", "Office Manager", "Head of Engineering",
	"Procurement Specialist", "Payroll Administrator", "IT Director",
	"Managing Director", "Software Engineer", "Nurse Manager", "Site Supervisor" };

static const char *const streets[] = { "Alder Street", "Bellmouth Road", "Cooper Lane",
	"Dockside Avenue", "Elm Court", "Foundry Row", "High Street", "Linden Avenue",
	"Market Place", "Orchard Drive", "Quarry Hill", "Station Road" };

static const char *const cities[] = { "Ashford", "Boise", "Concord", "Durham", "Eugene",
	"Fresno", "Geelong", "Hartford", "Leeds", "Norfolk", "Porto", "Richmond",
	"Savannah", "Tacoma", "Uppsala", "Waterloo" };

static const char *const trades[] = { "Logistics", "Software", "Foods", "Insurance",
	"Analytics", "Packaging", "Staffing", "Hotels", "Instruments", "Media",
	"Textiles", "Robotics" };

static const char *const sources[] = { "Web", "Phone Inquiry", "Partner Referral",
	"Purchased List", "Career Fair", "Employee Referral", "Other" };

static const char *const client_statuses[] = { "Not Applicable", "Active", "Past",
	"Prospect" };

static const char *const candidate_statuses[] = { "Not Applicable", "Prospect",
	"Consult Hot", "Consult Warm", "Perm Active", "Perm Passive", "Placed",
	"Assigned", "DNU" };

static const char *const notes[] = { "Met at the spring career fair, asked for a call.",
	"Prefers to be written to.", "Speaks \"\"some\"\" Portuguese; would relocate.",
	"Asked about remote work.\nFollow up in March.", "Hires for the night shift.",
	"Knows the plant well from an earlier post there." };

/* splitmix64: every call gives the next well mixed number of the row. */
static uint64_t
next(struct generator *generator)
{
	uint64_t mixed = generator->state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

static uint64_t
below(struct generator *generator, uint64_t limit)
{
	return next(generator) % limit;
}

static const char *
pick(struct generator *generator, const char *const *list, size_t count)
{
	return list[below(generator, count)];
}

#define PICK(generator, list) pick((generator), (list), COUNT(list))

/*
 * An id of 18 characters: prefix, a number in base 62, and the suffix that tells
 * which letters are capitals, so that it survives folding of case.
 */
static void
make_id(char id[19], const char *prefix, uint64_t number)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char suffixes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

	for (int i = 0; i < 3; i++)
		id[i] = prefix[i];
	for (int i = 14; i > 2; i--) {
		id[i] = digits[number % 62];
		number /= 62;
	}
	for (int block = 0; block < 3; block++) {
		unsigned capitals = 0;

		for (int i = 0; i < 5; i++) {
			char c = id[block * 5 + i];

			if (c >= 'A' && c <= 'Z')
				capitals |= 1u << i;
		}
		id[15 + block] = suffixes[capitals];
	}
	id[18] = '\0';
}

static void
lower_ascii(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text + 'a' - 'A');
}

/* A surname of three syllables, taken in this order: arguments of one call
 * would be evaluated in whatever order the compiler likes. */
static void
make_surname(struct generator *generator, char *surname, size_t size)
{
	const char *head = PICK(generator, last_heads);
	const char *middle = PICK(generator, last_middles);
	const char *tail = PICK(generator, last_tails);

	snprintf(surname, size, "%s%s%s", head, middle, tail);
}

static void
write_phone(struct generator *generator)
{
	uint64_t digits = next(generator);

	printf("555-%03u-%04u", (unsigned)(digits % 1000),
	    (unsigned)(digits / 1000 % 10000));
}

static void
write_street(struct generator *generator)
{
	const char *street = PICK(generator, streets);
	uint64_t digits = next(generator);
	unsigned house = (unsigned)(digits % 400) + 1;
	unsigned floor = (unsigned)(digits / 400 % 30) + 1;

	if (digits / 12000 % 10 == 0)
		printf("\"%u %s\nFloor %u\",", house, street, floor);
	else
		printf("%u %s,", house, street);
}

/* One description in 50,000 holds a text that no other has: to be searched. */
static void
write_description(struct generator *generator)
{
	uint64_t chance = below(generator, 50000);

	if (chance == 0)
		printf("\"Collects lighthouse keys, has %u.\",",
		    (unsigned)below(generator, 90));
	else if (chance % 4 == 0)
		printf("\"%s\",", PICK(generator, notes));
	else
		printf(",");
}

static void
write_row(struct generator *generator, uint64_t row)
{
	char id[19], surname[32], mailbox[64];
	const char *first;
	uint64_t organization;
	unsigned beyond;

	generator->state = (row + 1) * UINT64_C(0xd1342543de82ef95) ^ generator->seed;
	make_id(id, "003", UINT64_C(0x4a1500000000) + row);
	organization = below(generator, generator->rows / 20 + 1);
	first = PICK(generator, first_names);
	make_surname(generator, surname, sizeof(surname));
	snprintf(mailbox, sizeof(mailbox), "%s.%s%" PRIu64, first, surname, row);
	lower_ascii(mailbox);
	beyond = (unsigned)below(generator, 40);
	if (beyond == 0)
		first = PICK(generator, beyond_ascii);
	else if (beyond == 1)
		snprintf(surname, sizeof(surname), "%s", PICK(generator, beyond_ascii));

	printf("%s,%s %s %" PRIu64 ",%s,%s,", id,
	    last_heads[organization % COUNT(last_heads)],
	    trades[organization % COUNT(trades)], organization, first, surname);
	printf("%s@org%" PRIu64 ".example,", mailbox, organization);
	printf("%s,", PICK(generator, titles));
	write_phone(generator);
	printf(",");
	if (below(generator, 2) == 0)
		write_phone(generator);
	printf(",");
	write_street(generator);
	printf("%s,", PICK(generator, cities));
	printf("%s,", PICK(generator, sources));
	write_description(generator);
	printf("o%02u@us.example,", (unsigned)below(generator, 50));
	printf("%s,", below(generator, 12) == 0 ? "true" : "false");
	printf("%s,", PICK(generator, client_statuses));
	printf("%s\n", PICK(generator, candidate_statuses));
}

static bool
read_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *text >= '0' && *text <= '9';
}

int
main(int argc, char **argv)
{
	struct generator generator = { .seed = 1 };

	if (argc < 2 || argc > 3 || !read_number(argv[1], &generator.rows) ||
	    (argc == 3 && !read_number(argv[2], &generator.seed))) {
		fprintf(stderr, "usage: generate ROWS [SEED]\n");
		return 2;
	}
	puts("Id,Account.Name,FirstName,LastName,Email,Title,Phone,MobilePhone,"
	     "MailingStreet,MailingCity,LeadSource,Description,Owner.Email,"
	     "HasOptedOutOfEmail,TR1__Client_Status__c,TR1__Candidate_Status__c");
	for (uint64_t row = 0; row < generator.rows; row++)
		write_row(&generator, row);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("generate: standard output");
		return 1;
	}
	return 0;
}
