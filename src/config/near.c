/* SPDX-License-Identifier: MIT */
/* near.c - which word was meant */
#include "config/near.h"

#include <string.h>

/* Longer words are no settings. */
#define LONGEST 40

static int
least(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* How many letters to add, drop, change or swap with a neighbour to get from a to b. */
static int
distance(const char *a, const char *b)
{
	int d[LONGEST + 1][LONGEST + 1];
	int n = (int)strlen(a), m = (int)strlen(b);

	for (int i = 0; i <= n; i++)
		d[i][0] = i;
	for (int j = 0; j <= m; j++)
		d[0][j] = j;
	for (int i = 1; i <= n; i++) {
		for (int j = 1; j <= m; j++) {
			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1,
			    d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[n][m];
}

bool
near_better(const char *word, const char *candidate, int *best)
{
	size_t length = strlen(word);
	int    far;

	if (length > LONGEST || strlen(candidate) > LONGEST)
		return false;
	far = distance(word, candidate);
	if (far > 1 + (int)length / 4 || (*best != -1 && far >= *best))
		return false;
	*best = far;
	return true;
}
