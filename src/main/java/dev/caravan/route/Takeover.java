package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Item;
import dev.caravan.check.Problem;
import dev.caravan.check.RouteFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes saved and deleted files over, as far as they can run, and keeps the books of those that cannot: they are looked at
 * again with each later change, as what they miss may come with another file.
 *
 * <p>For one thread at a time.
 */
final class Takeover {

    private final Judge judge;
    private final RunningRoutes routes;

    /** The last version of each file that does not run. */
    private final Map<String, Draft> waiting = new TreeMap<>();

    /** Those of them that looked right and did not start: to try means to stop what runs. */
    private final Set<String> unstartable = new TreeSet<>();

    /** Files that are deleted but needed. */
    private final Set<String> leaving = new TreeSet<>();

    Takeover(Judge judge, RunningRoutes routes) {
        this.judge = judge;
        this.routes = routes;
    }

    /** Looks at a verdict before it is carried out, and may put an end to it. */
    interface Objection {
        void raise(Map<String, List<Problem>> bad) throws RouteException;
    }

    /**
     * What came of it.
     *
     * @param changes of the files that were taken over, by name
     * @param good these files as they run now, with their warnings
     * @param gone deleted files that are away
     * @param bad what is wrong with each file that waits or is needed
     */
    record Outcome(
            Map<String, Change> changes, Collection<Draft> good, Set<String> gone, Map<String, List<Problem>> bad) {}

    /** Whether a file was known to be bad before. */
    boolean isWaiting(String name) {
        return waiting.containsKey(name) || leaving.contains(name);
    }

    /**
     * Takes over what can run.
     *
     * @param drafts files that were saved
     * @param gone names of files that were deleted
     */
    Outcome apply(Collection<Draft> drafts, Collection<String> gone, Objection objection) throws RouteException {
        retry(drafts, gone);
        Set<String> away = new TreeSet<>();
        for (Draft draft : drafts) {
            waiting.put(draft.file().name(), draft);
            leaving.remove(draft.file().name());
        }
        for (String name : gone) {
            waiting.remove(name);
            if (routes.files().containsKey(name)) {
                leaving.add(name);
            } else {
                away.add(name);
            }
        }
        Map<String, List<Problem>> bad = new TreeMap<>();
        Map<String, Draft> saved = new TreeMap<>(waiting);
        saved.keySet().removeAll(unstartable);
        Set<String> going = new TreeSet<>(leaving);
        while (true) {
            Verdict verdict = judge.judge(routes.files(), saved.values(), going);
            bad.putAll(verdict.bad());
            objection.raise(bad);
            try {
                Map<String, Change> changes = routes.exchange(verdict.good(), verdict.gone());
                waiting.keySet().removeAll(verdict.good().keySet());
                leaving.removeAll(verdict.gone());
                away.addAll(verdict.gone());
                return new Outcome(changes, verdict.good().values(), away, bad);
            } catch (RunningRoutes.StartFailure e) {
                // It does not start although it looked right: once more without it.
                blame(e, verdict).forEach((name, problem) -> {
                    bad.put(name, List.of(problem));
                    going.remove(name);
                    if (saved.remove(name) != null) {
                        unstartable.add(name);
                    }
                });
            }
        }
    }

    /** What did not start may do so with another version, of itself or of what it uses. */
    private void retry(Collection<Draft> drafts, Collection<String> gone) {
        List<Item> changed = new ArrayList<>();
        for (Draft draft : drafts) {
            changed.addAll(Shared.changed(routes.files().get(draft.file().name()), draft));
            unstartable.remove(draft.file().name());
        }
        unstartable.removeAll(gone);
        unstartable.removeIf(name -> {
            Draft draft = waiting.get(name);
            return draft == null
                    || !Shared.users(draft, changed, waiting.values()).isEmpty();
        });
    }

    /** The file itself, or, where it has not changed, the files whose changes it uses. */
    private Map<String, Problem> blame(RunningRoutes.StartFailure failure, Verdict verdict) {
        Draft draft = failure.draft();
        Problem found = judge.explain(draft, failure);
        Map<String, Problem> blamed = new TreeMap<>();
        if (verdict.good().containsKey(draft.file().name())) {
            blamed.put(draft.file().name(), found);
            return blamed;
        }
        Set<String> changing = new TreeSet<>(verdict.good().keySet());
        changing.addAll(verdict.gone());
        for (String name : changing) {
            Draft old = routes.files().get(name);
            Draft fresh = verdict.good().get(name);
            boolean used = !Shared.users(
                            draft, Shared.changed(old, fresh), routes.files().values())
                    .isEmpty();
            RouteFile file = fresh != null ? fresh.file() : old == null ? draft.file() : old.file();
            if (used) {
                blamed.put(name, Problem.inFile(file, "cannot be used any more: " + found, ""));
            }
        }
        if (blamed.isEmpty()) {
            changing.forEach(name -> blamed.put(name, found));
        }
        return blamed;
    }
}
