/* SPDX-License-Identifier: MIT */
/* content.c - the kind of setting that is a file and what was in it at load */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/wire.h"
#include "common/xalloc.h"
#include "config/kind.h"
#include "config/setting.h"
#include "config/source.h"

static int
content_read(struct content *c, long long max, const struct parse *p)
{
	struct stat st;
	ssize_t     n = 0;
	int         fd = source_open(c->path);

	if (fd == -1 && (errno == EISDIR || errno == ENODEV))
		return parse_refuse(p, "%s is not a regular file", c->path);
	if (fd == -1)
		return parse_refuse(p, "cannot open %s: %s", c->path, strerror(errno));
	if (fstat(fd, &st) != 0) {
		close(fd);
		return parse_refuse(p, "cannot read %s: %s", c->path, strerror(errno));
	}
	if (st.st_size > max) {
		close(fd);
		return parse_refuse(p, "%s has %lld bytes, more than %lld", c->path,
		    (long long)st.st_size, max);
	}
	c->bytes = xcalloc(1, (size_t)st.st_size + 1);
	while (c->size < (size_t)st.st_size &&
	    (n = read(fd, c->bytes + c->size, (size_t)st.st_size - c->size)) > 0)
		c->size += (size_t)n;
	close(fd);
	return n < 0 ? parse_refuse(p, "cannot read %s: %s", c->path, strerror(errno)) :
		       0;
}

static void
content_finish(void *field)
{
	struct content *c = field;

	free(c->path);
	free(c->bytes);
	memset(c, 0, sizeof *c);
}

static int
content_parse(
    const struct setting *row, void *field, const char *text, const struct parse *p)
{
	struct content c = { .path = NULL };

	if (text[0] != '\0') {
		c.path = parse_path(text, p->base);
		if (content_read(&c, row->max, p) != 0) {
			content_finish(&c);
			return -1;
		}
	}
	content_finish(field);
	memcpy(field, &c, sizeof c);
	return 0;
}

static void
content_print(const struct setting *row, const void *field, FILE *f)
{
	const struct content *c = field;

	(void)row;
	setting_print_string(c->path != NULL ? c->path : "", f);
}

static bool
content_same(const void *a, const void *b)
{
	const struct content *x = a, *y = b;

	if (x->path == NULL || y->path == NULL)
		return x->path == y->path;
	return strcmp(x->path, y->path) == 0 && x->size == y->size &&
	    memcmp(x->bytes, y->bytes, x->size) == 0;
}

static void
content_put(const void *field, struct wire *w)
{
	const struct content *c = field;

	wire_put_string(w, c->path);
	wire_put_number(w, (long long)c->size);
	wire_put(w, c->bytes, c->size);
}

static void
content_take(const struct setting *row, void *field, struct wire *w)
{
	struct content *c = field;

	(void)row;
	content_finish(c);
	c->path = wire_take_string(w);
	c->size = wire_take_count(w);
	c->bytes = wire_make_room(w, c->size + 1, 1);
	if (c->bytes != NULL)
		wire_take(w, c->bytes, c->size);
	else
		c->size = 0;
}

const struct kind kind_content = { "the ", "path of a file", LITERAL_STRING, false, 0,
	content_parse, content_print, content_same, content_finish, content_put,
	content_take };
