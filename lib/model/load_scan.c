/* SPDX-License-Identifier: ISC */
/*
 * The first reading. A file that was cut or damaged on its way is told before
 * anything waits for the store, and where the kinds begin is noted, so that the
 * second reading can take records of all kinds in order of their ids.
 */
#include "model/load_parts.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "table/scan.h"

#define CHECKSUM "checksum\t"
#define DIGITS	 32

struct scan {
	struct load *load;
	struct lines lines;
	struct view line;
	XXH3_state_t *sum;
	char first[32]; /* the first column of the section */
	size_t first_len;
};

static int
check_header(const struct scan *scan, struct fault *fault)
{
	const struct load *load = scan->load;

	if (view_is(scan->line, DUMP_FORMAT "\t" DUMP_NUMBER))
		return 0;
	if (view_begins(scan->line, VIEW(DUMP_FORMAT "\t")))
		return load_refuse(load, 1, fault,
		    "the dump has the format %.*s, "
		    "this program reads " DUMP_NUMBER,
		    QUOTED(view_from(scan->line, sizeof(DUMP_FORMAT))));
	return load_refuse(load, 1, fault,
	    "this is no dump: its first line is not contact-dump, tab, 1");
}

/* Lines are UTF-8 without control characters but the tab. */
static int
check_bytes(const struct scan *scan, struct fault *fault)
{
	struct view line = scan->line;
	uint32_t scalar;
	size_t at = 0, n;

	while ((at += scan_plain(line.at + at, line.len - at)) < line.len) {
		unsigned char byte = (unsigned char)line.at[at];

		if (byte == '\t') {
			at++;
			continue;
		}
		if (byte < ' ')
			return load_refuse(scan->load, scan->lines.number, fault,
			    "byte %zu is the control character 0x%02x", at + 1, byte);
		n = utf8_decode(view_from(line, at), &scalar);
		if (n == 0)
			return load_refuse(scan->load, scan->lines.number, fault,
			    "byte %zu is not UTF-8", at + 1);
		at += n;
	}
	return 0;
}

/* Parts that are too many are one: that is slower, not wrong. */
static void
note_section(struct scan *scan)
{
	struct load *load = scan->load;
	const char *tab = memchr(scan->line.at, '\t', scan->line.len);
	size_t len = tab == NULL ? scan->line.len : (size_t)(tab - scan->line.at);

	if (len == scan->first_len && memcmp(scan->line.at, scan->first, len) == 0)
		return;
	scan->first_len = len < sizeof(scan->first) ? len : 0;
	memcpy(scan->first, scan->line.at, scan->first_len);
	if (load->section_count == SECTIONS_MOST)
		return;
	if (load->section_count > 0)
		load->sections[load->section_count - 1].end = scan->lines.place;
	load->sections[load->section_count++] =
	    (struct section){ scan->lines.place, 0, scan->lines.number - 1 };
}

static void
print_digits(char digits[DIGITS + 1], const XXH3_state_t *sum)
{
	static const char hex[] = "0123456789abcdef";
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(sum));
	for (size_t i = 0; i < DIGITS / 2; i++) {
		digits[2 * i] = hex[canonical.digest[i] >> 4];
		digits[2 * i + 1] = hex[canonical.digest[i] & 15];
	}
	digits[DIGITS] = '\0';
}

static int
check_sum(struct scan *scan, struct fault *fault)
{
	struct load *load = scan->load;
	uint64_t line = scan->lines.number;
	struct buf wanted = BUF_EMPTY;
	char digits[DIGITS + 1];
	bool same;

	if (view_is(scan->line, CHECKSUM "none")) {
		load->edited = true;
		return 0;
	}
	print_digits(digits, scan->sum);
	buf_printf(&wanted, CHECKSUM "%llu\t%s", (unsigned long long)line - 1, digits);
	if (buf_check(&wanted, fault) != 0)
		return -1;
	same = view_equal(buf_as_view(&wanted), scan->line);
	buf_release(&wanted);
	return same
	    ? 0
	    : load_refuse(load, line, fault,
		  "the checksum does not fit: the dump was damaged or "
		  "edited; if you edited it, make this line \"checksum\", tab, \"none\"");
}

/* The last line was read: nothing may follow. */
static int
check_end(struct scan *scan, struct fault *fault)
{
	struct load *load = scan->load;
	off_t end = scan->lines.place;
	int found;

	if (check_sum(scan, fault) != 0)
		return -1;
	if (load->section_count > 0)
		load->sections[load->section_count - 1].end = end;
	found = lines_next(&scan->lines, &scan->line, fault);
	return found == 1 ? load_refuse(load, scan->lines.number, fault,
				"lines follow behind the checksum")
			  : found;
}

static int
scan_lines(struct scan *scan, struct fault *fault)
{
	struct load *load = scan->load;
	int found;

	while ((found = lines_next(&scan->lines, &scan->line, fault)) == 1) {
		if (scan->lines.number == 1 && check_header(scan, fault) != 0)
			return -1;
		if (check_bytes(scan, fault) != 0)
			return -1;
		if (scan->lines.cut)
			return load_refuse(load, scan->lines.number, fault,
			    "the dump is cut: this line has no line feed");
		if (view_begins(scan->line, VIEW(CHECKSUM)))
			return check_end(scan, fault);
		if (scan->line.len == 0)
			return load_refuse(
			    load, scan->lines.number, fault, "the line is empty");
		if (scan->lines.number > 1)
			note_section(scan);
		XXH3_128bits_update(scan->sum, scan->line.at, scan->line.len + 1);
	}
	if (found < 0)
		return -1;
	return scan->lines.number == 0
	    ? load_refuse(load, 1, fault, "this is no dump: it is empty")
	    : load_refuse(load, scan->lines.number, fault,
		  "the dump is cut: its last line is no checksum");
}

int
load_scan(struct load *load, struct fault *fault)
{
	struct scan scan = { .load = load, .sum = XXH3_createState() };
	int result;

	if (scan.sum == NULL)
		return fault_memory(fault);
	XXH3_128bits_reset(scan.sum);
	lines_begin(&scan.lines, load->fd, load->name, 0, load->size, 0);
	result = scan_lines(&scan, fault);
	lines_release(&scan.lines);
	XXH3_freeState(scan.sum);
	return result;
}
