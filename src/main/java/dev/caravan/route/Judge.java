package dev.caravan.route;

import dev.caravan.check.Conflicts;
import dev.caravan.check.Draft;
import dev.caravan.check.Item;
import dev.caravan.check.Problem;
import dev.caravan.check.RouteChecker;
import dev.caravan.check.RouteFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Decides which changed files can run, before anything is touched that runs. */
final class Judge {

    private final RouteChecker checker;

    Judge(RouteChecker checker) {
        this.checker = checker;
    }

    /**
     * Judges changes that were found together: two files may have swapped what they hold.
     *
     * @param running what runs, by name
     * @param saved new versions
     * @param gone names of deleted files
     */
    Verdict judge(Map<String, Draft> running, Collection<Draft> saved, Collection<String> gone) {
        Map<String, Draft> good = new TreeMap<>();
        Map<String, List<Problem>> bad = new TreeMap<>();
        saved.forEach(draft -> good.put(draft.file().name(), draft));
        Set<String> leaving = new TreeSet<>(gone);
        leaving.retainAll(running.keySet());
        Set<String> checked = new HashSet<>();
        boolean again = true;
        while (again) {
            int known = bad.size();
            // A file that turns out bad stays as it was, which may be in the way of another.
            again = moveAll(conflicts(running, good, leaving), good, bad);
            if (!again) {
                again = moveAll(problems(running, good, leaving, checked), good, bad);
            }
            if (!again) {
                again = keepWhatIsNeeded(running, good, leaving, bad);
            }
            if (bad.size() > known) {
                // What was right together with those need not be right without them.
                checked.clear();
            }
        }
        return new Verdict(good, leaving, bad);
    }

    /** Everything that is wrong with files that are to run together, warnings too, where {@link #judge} stops earlier. */
    List<Problem> problems(Collection<Draft> drafts) {
        Set<Problem> all = new TreeSet<>(Problem.ORDER);
        Map<String, List<Problem>> conflicts = new Conflicts(drafts).find(name -> true);
        Set<Draft> fitting = new HashSet<>();
        for (Draft draft : drafts) {
            List<Problem> found = conflicts.get(draft.file().name());
            if (found == null) {
                fitting.add(draft);
            } else {
                all.addAll(found);
                // By itself: together with the other file its routes would not even load.
                check(Set.of(draft), drafts, all);
            }
        }
        check(fitting, drafts, all);
        all.addAll(new Conflicts(drafts).unanswered());
        return List.copyOf(all);
    }

    private void check(Set<Draft> some, Collection<Draft> all, Set<Problem> found) {
        Map<String, Draft> running = new TreeMap<>();
        all.forEach(draft -> running.put(draft.file().name(), draft));
        checker.check(some, sharedOfOthers(running, Map.of(), Set.of(), some))
                .values()
                .forEach(draft -> found.addAll(draft.problems()));
    }

    /** What a failure to start means. */
    Problem explain(Draft draft, Throwable failure) {
        return checker.explain(draft, failure);
    }

    private static boolean moveAll(
            Map<String, List<Problem>> found, Map<String, Draft> good, Map<String, List<Problem>> bad) {
        found.forEach((name, problems) -> {
            good.remove(name);
            bad.put(name, problems);
        });
        return !found.isEmpty();
    }

    /** All that would run. */
    private static Map<String, Draft> together(
            Map<String, Draft> running, Map<String, Draft> good, Set<String> leaving) {
        Map<String, Draft> all = new TreeMap<>(running);
        all.keySet().removeAll(leaving);
        all.putAll(good);
        return all;
    }

    private static Map<String, List<Problem>> conflicts(
            Map<String, Draft> running, Map<String, Draft> good, Set<String> leaving) {
        return new Conflicts(together(running, good, leaving).values()).find(good::containsKey);
    }

    /** @param checked names that need no second look; grows */
    private Map<String, List<Problem>> problems(
            Map<String, Draft> running, Map<String, Draft> good, Set<String> leaving, Set<String> checked) {
        Set<Draft> fresh = new HashSet<>();
        good.values().stream()
                .filter(draft -> !checked.contains(draft.file().name()))
                .forEach(fresh::add);
        Map<String, List<Problem>> found = new TreeMap<>();
        if (fresh.isEmpty()) {
            return found;
        }
        Map<String, Draft> results = checker.check(fresh, sharedOfOthers(running, good, leaving, fresh));
        results.forEach((name, draft) -> {
            if (draft.isBroken()) {
                found.put(name, draft.problems());
            } else {
                good.put(name, draft);
                checked.add(name);
            }
        });
        return found;
    }

    private static Map<RouteFile, List<Item>> sharedOfOthers(
            Map<String, Draft> running, Map<String, Draft> good, Set<String> leaving, Set<Draft> without) {
        Map<RouteFile, List<Item>> shared = new LinkedHashMap<>();
        for (Draft draft : together(running, good, leaving).values()) {
            if (!without.contains(draft) && !draft.shared().isEmpty()) {
                shared.put(draft.file(), draft.shared());
            }
        }
        return shared;
    }

    /** Files that run and use what a changed or deleted file has: if they cannot run with it, it is that file's fault. */
    private boolean keepWhatIsNeeded(
            Map<String, Draft> running, Map<String, Draft> good, Set<String> leaving, Map<String, List<Problem>> bad) {
        Set<String> changing = new TreeSet<>(good.keySet());
        changing.addAll(leaving);
        Set<Draft> users = new HashSet<>();
        Set<String> suspects = new TreeSet<>();
        for (String name : changing) {
            List<Item> affected = Shared.changed(running.get(name), good.get(name));
            running.forEach((user, draft) -> {
                if (!changing.contains(user)
                        && !Shared.users(draft, affected, running.values()).isEmpty()) {
                    users.add(draft);
                    suspects.add(name);
                }
            });
        }
        List<Problem> found = errors(users, running, good, leaving);
        if (found.isEmpty()) {
            return false;
        }
        for (String name : guilty(suspects, users, running, good, leaving)) {
            bad.put(name, List.of(blame(running.get(name), good.remove(name), found.get(0))));
            leaving.remove(name);
        }
        return true;
    }

    private List<Problem> errors(
            Set<Draft> users, Map<String, Draft> running, Map<String, Draft> good, Set<String> leaving) {
        List<Problem> errors = new ArrayList<>();
        if (!users.isEmpty()) {
            checker.check(users, sharedOfOthers(running, good, leaving, users)).values().stream()
                    .flatMap(draft -> draft.problems().stream())
                    .filter(problem -> !problem.warning())
                    .forEach(errors::add);
        }
        return errors;
    }

    /** The one without which all is right; where that is none alone, all. */
    private Set<String> guilty(
            Set<String> suspects,
            Set<Draft> users,
            Map<String, Draft> running,
            Map<String, Draft> good,
            Set<String> leaving) {
        for (String name : suspects) {
            Map<String, Draft> others = new TreeMap<>(good);
            others.remove(name);
            Set<String> otherLeaving = new TreeSet<>(leaving);
            otherLeaving.remove(name);
            if (errors(users, running, others, otherLeaving).isEmpty()) {
                return Set.of(name);
            }
        }
        return suspects;
    }

    private static Problem blame(@Nullable Draft old, @Nullable Draft fresh, Problem found) {
        if (fresh != null) {
            return Problem.inFile(fresh.file(), "cannot be used any more: " + found, "");
        }
        RouteFile deleted =
                Objects.requireNonNull(old, "neither deleted nor saved").file();
        return Problem.inFile(
                deleted, "is deleted, but needed: " + found, "its last version runs until nothing needs it");
    }
}
