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
 *
 * generate ROWS SEED NIGHT: writes ROWS / 10 jobs of these people as another
 * system has them on night 1 or 2. Each row of night 2 is a new job, or one that
 * was otherwise on night 1; `lots` below is what happens in between. ROWS is a
 * thousand at least.
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

/* What jobs know a person by, and what comes before the rest of the row. */
struct person {
	char id[19], surname[32], email[96];
	const char *first;
	uint64_t organization;
};

static void
draw_person(struct generator *generator, uint64_t row, struct person *person)
{
	char mailbox[64];
	unsigned beyond;

	generator->state = (row + 1) * UINT64_C(0xd1342543de82ef95) ^ generator->seed;
	make_id(person->id, "003", UINT64_C(0x4a1500000000) + row);
	person->organization = below(generator, generator->rows / 20 + 1);
	person->first = PICK(generator, first_names);
	make_surname(generator, person->surname, sizeof(person->surname));
	snprintf(mailbox, sizeof(mailbox), "%s.%s%" PRIu64, person->first,
	    person->surname, row);
	lower_ascii(mailbox);
	snprintf(person->email, sizeof(person->email), "%s@org%" PRIu64 ".example",
	    mailbox, person->organization);
	beyond = (unsigned)below(generator, 40);
	if (beyond == 0)
		person->first = PICK(generator, beyond_ascii);
	else if (beyond == 1)
		snprintf(person->surname, sizeof(person->surname), "%s",
		    PICK(generator, beyond_ascii));
}

static void
write_organization(uint64_t number)
{
	printf("%s %s %" PRIu64 ",", last_heads[number % COUNT(last_heads)],
	    trades[number % COUNT(trades)], number);
}

static void
write_row(struct generator *generator, uint64_t row)
{
	struct person person;

	draw_person(generator, row, &person);
	printf("%s,", person.id);
	write_organization(person.organization);
	printf("%s,%s,%s,", person.first, person.surname, person.email);
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

/*
 * Of a hundred jobs of night 1 so many are of one person who has a hundredth of
 * all, of people with no other job, or of people who share what is left, and
 * this becomes of them by night 2. Jobs that open again or get another contact
 * are of people with one job and go to people with none: so nobody's status
 * depends on which row comes first.
 */
enum whose { THE_ONE, SINGLE, SHARED };
enum fate { CLOSES, REOPENS, MOVES, RETITLED, ON_HOLD, REASSIGNED, GONE, GONE_CLOSED };

static const struct lot {
	unsigned percent;
	enum whose whose;
	enum fate fate;
} lots[] = { { 20, SINGLE, CLOSES }, { 24, SHARED, CLOSES }, { 1, THE_ONE, CLOSES },
	{ 5, SINGLE, REOPENS }, { 10, SINGLE, MOVES }, { 7, SINGLE, RETITLED },
	{ 8, SHARED, RETITLED }, { 5, SHARED, ON_HOLD }, { 5, SHARED, REASSIGNED },
	{ 3, SINGLE, GONE }, { 7, SHARED, GONE }, { 5, SHARED, GONE_CLOSED } };

static const char *const vacancies[] = { "Site Engineer", "Payroll Clerk", "Welder",
	"Night Nurse", "Data Analyst", "Forklift Driver", "Line Cook", "Java Developer",
	"Account Manager", "Quality Inspector", "Receptionist", "Bricklayer" };

struct job {
	bool open, filled, hold, senior;
	const char *title;
	uint64_t person, organization;
	int opened, closed; /* days of the year, closed 0 while it is open */
};

/* Lots lie in disorder: the numbers of a hundred jobs times 37 are the places
 * of all lots, and times 73 leads back. */
static const struct lot *
lot_of(uint64_t number)
{
	unsigned place = (unsigned)(number * 37 % 100);
	const struct lot *lot = lots;

	while (place >= lot->percent)
		place -= lot++->percent;
	return lot;
}

/* The people concerned lie all over the export: the n-th of them is this row. */
static uint64_t
scatter(const struct generator *generator, uint64_t n)
{
	return n * UINT64_C(2654435761) % generator->rows;
}

static uint64_t
draw_sharer(struct generator *generator, uint64_t jobs)
{
	return jobs + 1 + below(generator, jobs * 15 / 100);
}

/* Nine organizations in ten are those of people; `jobs` name 3 for each 100. */
static uint64_t
draw_organization(struct generator *generator, uint64_t jobs)
{
	uint64_t count = jobs * 3 / 100, n = below(generator, count);
	uint64_t known = generator->rows / 20;

	return n % 10 == 0 ? known + 1 + n : n * known / count;
}

/* Some of the organizations that come up on night 2 are new to everybody. */
static uint64_t
draw_other_organization(struct generator *generator, uint64_t jobs)
{
	uint64_t known = generator->rows / 20, n = below(generator, 25);

	return n == 0 ? known + 1 + jobs + below(generator, jobs)
		      : draw_organization(generator, jobs);
}

static void
draw_old_job(struct generator *generator, uint64_t jobs, uint64_t number,
    const struct lot *lot, struct job *job)
{
	job->person = lot->whose == THE_ONE ? 0
	    : lot->whose == SINGLE	    ? number + 1
					    : draw_sharer(generator, jobs);
	job->organization = draw_organization(generator, jobs);
	job->opened = (int)below(generator, 250) + 1;
	job->open = lot->fate != REOPENS && lot->fate != GONE_CLOSED;
	job->closed = job->open ? 0 : 251 + (int)below(generator, 20);
}

static void
pass_night(struct generator *generator, uint64_t jobs, uint64_t number,
    const struct lot *lot, struct job *job)
{
	if (lot->fate == CLOSES || lot->fate == REOPENS)
		job->open = !job->open;
	job->closed = job->open ? 0 : 278;
	job->hold = lot->fate == ON_HOLD;
	job->senior = lot->fate == RETITLED;
	if (lot->fate == MOVES)
		job->person = 2 * jobs + number;
	if (lot->fate == REASSIGNED)
		for (uint64_t old = job->organization; old == job->organization;)
			job->organization = draw_other_organization(generator, jobs);
}

/* A third of the new jobs are of people who share jobs, a fifth of people whose
 * only one closes in the same night, the rest of people who had none. One in ten
 * has come and gone between two nights. */
static void
draw_new_job(struct generator *generator, uint64_t jobs, uint64_t number, struct job *job)
{
	uint64_t block = below(generator, jobs / 100), place = below(generator, 20);

	job->person = number % 15 < 5 ? draw_sharer(generator, jobs)
	    : number % 15 < 8	      ? block * 100 + place * 73 % 100 + 1
				      : 2 * jobs + number;
	job->organization = draw_other_organization(generator, jobs);
	job->opened = 278;
	job->open = below(generator, 10) != 0;
	job->closed = job->open ? 0 : 278;
}

static void
write_date(int day)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int month = 0;

	while (day > lengths[month])
		day -= lengths[month++];
	printf("2026-%02d-%02d", month + 1, day);
}

static void
write_job(struct generator *generator, uint64_t number, const struct job *job)
{
	struct person person;

	printf(
	    "J%07" PRIu64 ",%s%s,", number + 1, job->senior ? "Senior " : "", job->title);
	write_organization(job->organization);
	draw_person(generator, scatter(generator, job->person), &person);
	printf("%s,%s,", number % 2 == 0 ? person.email : person.id,
	    job->hold	      ? "On Hold"
		: job->open   ? "Open"
		: job->filled ? "Filled"
			      : "Closed");
	write_date(job->opened);
	printf(",");
	if (job->closed != 0)
		write_date(job->closed);
	printf("\n");
}

static void
write_jobs(struct generator *generator, uint64_t night)
{
	uint64_t jobs = generator->rows / 10;
	uint64_t all = night == 1 ? jobs : jobs + jobs * 15 / 100;

	puts("ext.ats,title,organization,contact,status,opened_on,closed_on");
	for (uint64_t number = 0; number < all; number++) {
		const struct lot *lot = lot_of(number);
		bool gone = lot->fate == GONE || lot->fate == GONE_CLOSED;
		struct job job = { .person = 0 };

		if (night == 2 && gone && number < jobs)
			continue;
		generator->state =
		    (number + 1) * UINT64_C(0xa0761d6478bd642f) ^ ~generator->seed;
		job.title = PICK(generator, vacancies);
		job.filled = below(generator, 2) == 0;
		if (number >= jobs)
			draw_new_job(generator, jobs, number, &job);
		else
			draw_old_job(generator, jobs, number, lot, &job);
		if (number < jobs && night == 2)
			pass_night(generator, jobs, number, lot, &job);
		write_job(generator, number, &job);
	}
}

static void
write_people(struct generator *generator)
{
	puts("Id,Account.Name,FirstName,LastName,Email,Title,Phone,MobilePhone,"
	     "MailingStreet,MailingCity,LeadSource,Description,Owner.Email,"
	     "HasOptedOutOfEmail,TR1__Client_Status__c,TR1__Candidate_Status__c");
	for (uint64_t row = 0; row < generator->rows; row++)
		write_row(generator, row);
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
	uint64_t night = 0;

	if (argc < 2 || argc > 4 || !read_number(argv[1], &generator.rows) ||
	    (argc > 2 && !read_number(argv[2], &generator.seed)) ||
	    (argc > 3 &&
		(!read_number(argv[3], &night) || night < 1 || night > 2 ||
		    generator.rows < 1000))) {
		fprintf(stderr, "usage: generate ROWS [SEED [1 | 2]]\n");
		return 2;
	}
	if (night == 0)
		write_people(&generator);
	else
		write_jobs(&generator, night);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("generate: standard output");
		return 1;
	}
	return 0;
}
