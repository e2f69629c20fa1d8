package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the changed files can run together with all that runs.
 *
 * @param good by name
 * @param gone names of deleted files that nothing needs any more
 * @param bad what is wrong with the others, by name; never empty lists
 */
record Verdict(Map<String, Draft> good, Set<String> gone, Map<String, List<Problem>> bad) {}
