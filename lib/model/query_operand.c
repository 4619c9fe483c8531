/* SPDX-License-Identifier: ISC */
/*
 * The leaves of a query: what one operand means by itself. A field of the kind
 * goes before a kind of that name; what has no operator names a record or, in
 * contact-find, is searched for.
 */
#include "model/merged.h"
#include "model/query_tree.h"
#include "model/salesforce_id.h"

#include "base/fold.h"

static int parse_field(struct query *query, struct view operand, struct view name,
    const char *operator, struct node ** node, struct fault *fault);

/* A node for a term that is about to be parsed. */
static int
term_node(struct query *query, struct node **node, struct fault *fault)
{
	*node = query_node(query, NODE_TERM);
	if (*node != NULL)
		(*node)->term = arena_take(&query->arena, sizeof(*(*node)->term));
	return *node == NULL || (*node)->term == NULL ? fault_memory(fault) : 0;
}

/* The term lives with the query from now on. */
static void
adopt(struct query *query, struct term *term)
{
	term->next = query->terms;
	query->terms = term;
	if (term->path.hop_count == 0 && strcmp(term->path.field->name, "approval") == 0)
		query->rejected_too = true;
}

static struct term_source
source_of(struct query *query)
{
	return (struct term_source){ query->txn, &query->arena, &query->options,
		&query->scratch };
}

/* How much of an operand a message repeats. */
static int
shown(struct view operand)
{
	return operand.len > 200 ? 200 : (int)operand.len;
}

static int
mistake(struct view operand, const char *why, struct fault *fault)
{
	return fault_set(fault, FAULT_USAGE, "%.*s: %s", shown(operand), operand.at, why);
}

/* KIND.FIELD=V and KIND=*: a query of its own over the other kind. */
static int
parse_related(struct query *query, const struct kind *kind, struct view operand,
    struct view rest, const char *operator, struct node ** node, struct fault *fault)
{
	struct query_options options = query->options;
	struct related *related;
	bool unequal = *operator== '!';
	const char *value = operator+(unequal ? 2 : 1);
	bool none = *value == '\0' && options.search;

	if (query->depth == QUERY_DEPTH)
		return mistake(operand, "nested too deeply", fault);
	if (rest.len == 0 && !none && strcmp(value, "*") != 0)
		return fault_set(fault, FAULT_USAGE, "%.*s: write %s=* or %s.FIELD=VALUE",
		    shown(operand), operand.at, kind->name, kind->name);
	options.kind = kind;
	*node = query_node(query, NODE_RELATED);
	related = arena_take(&query->arena, sizeof(*related));
	if (*node == NULL || related == NULL)
		return fault_memory(fault);
	*related = (struct related){ .next = query->relations };
	if (query_new(&related->query, query->txn, &options, fault) == -1)
		return -1;
	query->relations = related;
	(*node)->related = related;
	related->query->depth = query->depth + 1;
	if (rest.len > 0)
		return parse_field(related->query, operand,
		    rest, operator, & related->query->root, fault);
	related->query->root = query_node(related->query, NODE_AND);
	if (related->query->root == NULL)
		return fault_memory(fault);
	return unequal != none ? query_negate(query, node, fault) : 0;
}

/* operator points at the =, != or ~ within the operand. */
static int
parse_term(struct query *query, struct view operand, struct view name,
    const char *operator, struct node ** node, struct fault *fault)
{
	struct term_source source = source_of(query);
	bool unequal = *operator== '!', contains = *operator== '~';
	struct view value = view_of(operator+(unequal ? 2 : 1));
	bool blank = value.len == 0;

	if (blank && (contains || !query->options.search))
		return mistake(operand,
		    contains ? "a value is missing"
			     : "no value: 'FIELD=*' means any, and not 'FIELD=*' none",
		    fault);
	/* FIELD= has no value, FIELD!= is its contrary. */
	if (blank)
		value = VIEW("*");
	if (term_node(query, node, fault) == -1 ||
	    term_parse((*node)->term, &source, operand, name,
		contains ? OPERATOR_CONTAINS : OPERATOR_EQUAL, value, fault) == -1)
		return -1;
	adopt(query, (*node)->term);
	return unequal != blank ? query_negate(query, node, fault) : 0;
}

static bool
refers(const struct kind *kind, const struct kind *to)
{
	size_t i;

	for (i = 0; i < kind->count; i++)
		if (kind->fields[i].type == TYPE_REFERENCE &&
		    strcmp(kind->fields[i].of, to->name) == 0)
			return true;
	return false;
}

/* One alternative: those of an organization. */
static int
add_organization(struct query *query, struct view operand, struct node *either,
    uint64_t organization, struct fault *fault)
{
	struct term_source source = source_of(query);
	struct buf text = BUF_EMPTY;
	struct view value;
	struct node *node;
	int result = -1;

	buf_printf(&text, "#%llu", (unsigned long long)organization);
	value = arena_copy(&query->arena, buf_as_view(&text));
	buf_release(&text);
	if (value.at == NULL)
		return fault_memory(fault);
	if (term_node(query, &node, fault) == 0 &&
	    term_parse(node->term, &source, operand, VIEW("organization"), OPERATOR_EQUAL,
		value, fault) == 0) {
		adopt(query, node->term);
		result = query_add(query, either, node, fault);
	}
	return result;
}

/* CS-13: those of a workspace are those of the organization that it was created
 * from. */
static int
parse_workspace(struct query *query, struct view operand, const char *operator,
    struct node ** node, struct fault *fault)
{
	bool unequal = *operator== '!';
	struct view value = view_of(operator+(unequal ? 2 : 1));
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	uint64_t organization;
	size_t i;
	int result = -1;

	*node = query_node(query, NODE_OR);
	if (*node == NULL)
		return fault_memory(fault);
	if (*operator== '~' ||
	    entity_resolve(query->txn, &kind_workspace, value, &ids, fault) == 0)
		result = ids.count > 0
		    ? 0
		    : fault_set(fault, FAULT_USAGE, "%.*s: there is no such workspace",
			  shown(operand), operand.at);
	for (i = 0; result == 0 && i < ids.count; i++)
		if (txn_record(query->txn, ids.at[i], &record, fault) != 1)
			result = -1;
		else if (reference_id(
			     record_get(record, WORKSPACE_ORGANIZATION), &organization))
			result =
			    add_organization(query, operand, *node, organization, fault);
	ids_release(&ids);
	return result == 0 && unequal ? query_negate(query, node, fault) : result;
}

/* Whether there is something to look for behind the dot in a field of the kind. */
static bool
leads_on(const struct field *field)
{
	return field->type == TYPE_REFERENCE || field->type == TYPE_DATE ||
	    field->type == TYPE_TIME;
}

static int
parse_field(struct query *query, struct view operand, struct view name,
    const char *operator, struct node ** node, struct fault *fault)
{
	const struct kind *own = query->options.kind, *kind;
	const struct field *field;
	const char *dot;
	struct view first;

	dot = name.len == 0 ? NULL : memchr(name.at, '.', name.len);
	first = dot == NULL ? name : view_until(name, (size_t)(dot - name.at));
	kind = kind_by_name(first);
	/* A field of the kind goes before a kind of that name. */
	field = kind_field(own, first);
	if (kind == NULL ||
	    (field != NULL && (dot == NULL || leads_on(field) || !refers(kind, own))))
		return parse_term(query, operand, name, operator, node, fault);
	if (kind == &kind_workspace && dot == NULL && !refers(kind, own) &&
	    kind_field(own, VIEW("organization")) != NULL)
		return parse_workspace(query, operand, operator, node, fault);
	if (!refers(kind, own))
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: %s has no such field, and no %s refers to one", shown(operand),
		    operand.at, own->name, kind->name);
	return parse_related(
	    query, kind, operand, view_from(name, first.len + 1), operator, node, fault);
}

/* Each word of a search has to begin some word of the record. */
static int
parse_words(
    struct query *query, struct view operand, struct node **node, struct fault *fault)
{
	struct buf *folded = &query->scratch.folded;
	struct view rest, word;
	const char *blank;
	struct node *one;

	*node = query_node(query, NODE_AND);
	if (*node == NULL)
		return fault_memory(fault);
	buf_clear(folded);
	fold_search(folded, operand);
	if (buf_check(folded, fault) == -1)
		return -1;
	rest = arena_copy(&query->arena, buf_as_view(folded));
	if (rest.at == NULL && rest.len > 0)
		return fault_memory(fault);
	if (rest.len == 0)
		return mistake(operand, "nothing to search for", fault);
	while (rest.len > 0) {
		blank = memchr(rest.at, ' ', rest.len);
		word = blank == NULL ? rest : view_until(rest, (size_t)(blank - rest.at));
		rest = view_from(rest, word.len + 1);
		if (word.len == 0)
			continue;
		one = query_node(query, NODE_WORD);
		if (one == NULL)
			return fault_memory(fault);
		one->word = word;
		if (query_add(query, *node, one, fault) == -1)
			return -1;
	}
	return 0;
}

/* SYSTEM:ID of a system that the store knows: 1, 0, -1. */
static int
parse_external(
    struct query *query, struct view operand, struct node **node, struct fault *fault)
{
	struct term_source source = source_of(query);
	const char *colon = memchr(operand.at, ':', operand.len);
	struct buf name = BUF_EMPTY;
	char form[SALESFORCE_ID];
	struct view kept, id;
	uint16_t slot;
	int known;

	if (colon == NULL || colon == operand.at || colon[1] == '\0')
		return 0;
	known = txn_name_slot(query->txn, NAME_EXT,
	    view_until(operand, (size_t)(colon - operand.at)), false, &slot, fault);
	if (known != 1)
		return known;
	buf_text(&name, "ext.");
	buf_put(&name, operand.at, (size_t)(colon - operand.at));
	kept = arena_copy(&query->arena, buf_as_view(&name));
	buf_release(&name);
	id = view_from(operand, (size_t)(colon - operand.at) + 1);
	salesforce_id_complete(
	    view_until(operand, (size_t)(colon - operand.at)), &id, form);
	id = arena_copy(&query->arena, id);
	if (kept.at == NULL || id.at == NULL)
		return fault_memory(fault);
	if (term_node(query, node, fault) == -1 ||
	    term_parse(
		(*node)->term, &source, operand, kept, OPERATOR_EQUAL, id, fault) == -1)
		return -1;
	adopt(query, (*node)->term);
	return 1;
}

/* A bare number, address or SYSTEM:ID: 1, 0 when it is none of them, -1. */
static int
parse_name(
    struct query *query, struct view operand, struct node **node, struct fault *fault)
{
	struct term_source source = source_of(query);
	const char *why;
	uint64_t id;

	if (entity_read_id(operand, &id)) {
		if (merged_resolve(query->txn, query->options.kind, &id, fault) == -1 ||
		    term_node(query, node, fault) == -1 ||
		    term_of_id((*node)->term, &source, id, fault) == -1)
			return -1;
		adopt(query, (*node)->term);
		return ids_add(&query->named, id, fault) == -1 ? -1 : 1;
	}
	if (memchr(operand.at, '@', operand.len) != NULL && email_sound(operand, &why) &&
	    kind_field(query->options.kind, VIEW("email")) != NULL) {
		if (term_node(query, node, fault) == -1 ||
		    term_parse((*node)->term, &source, operand, VIEW("email"),
			OPERATOR_EQUAL, operand, fault) == -1)
			return -1;
		adopt(query, (*node)->term);
		return 1;
	}
	return parse_external(query, operand, node, fault);
}

/* Where FIELD ends: at the first =, != or ~; NULL when there is none. */
static const char *
find_operator(const char *operand)
{
	const char *at = operand + strcspn(operand, "=~");

	if (*at == '\0')
		return NULL;
	return *at == '=' && at > operand && at[-1] == '!' ? at - 1 : at;
}

int
query_operand(struct query *query, struct view operand, struct node **node, bool *named,
    struct fault *fault)
{
	const char *operator;
	int found;

	*named = false;
	if (operand.len == 0)
		return fault_set(fault, FAULT_USAGE, "an operand is empty");
	if (operand.at[0] == '@' && operand.len > 1)
		return query_saved(query, operand, node, fault);
	operator= find_operator(operand.at);
	if (operator== operand.at)
		return mistake(operand, "no field stands before it", fault);
	if (operator!= NULL)
		return parse_field(query, operand,
		    view_until(operand, (size_t)(operator- operand.at)), operator, node,
		    fault);
	found = parse_name(query, operand, node, fault);
	if (found != 0) {
		*named = found == 1;
		return found == 1 ? 0 : -1;
	}
	if (!query->options.search)
		return mistake(operand,
		    "neither FIELD=VALUE, an id, an e-mail "
		    "address nor SYSTEM:ID",
		    fault);
	return parse_words(query, operand, node, fault);
}
