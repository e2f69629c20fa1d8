package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Item;
import dev.caravan.check.RouteFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of all files in the running context. Camel's own reload loses routes on good and on bad edits; here only what
 * differs is exchanged, and put back as it was when something does not start.
 *
 * <p>Used by one thread at a time.
 */
final class RunningRoutes {

    private static final Logger log = LoggerFactory.getLogger(RunningRoutes.class);

    private final ContextItems items;
    private final Map<String, Draft> files = new TreeMap<>();

    /** An item with the version of the file it is from. */
    private record Part(Draft draft, Item item) {}

    /** What leaves the context and what enters it. */
    private record Plan(List<Part> out, List<Part> in, Map<String, Change> changes) {}

    /** A file whose routes do not start; nothing has changed. */
    static final class StartFailure extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Draft draft;

        StartFailure(Draft draft, Throwable cause) {
            super(cause);
            this.draft = draft;
        }

        Draft draft() {
            return draft;
        }
    }

    RunningRoutes(CamelContext context) {
        this.items = new ContextItems((ModelCamelContext) context);
    }

    /** What runs, by file name. */
    Map<String, Draft> files() {
        return files;
    }

    /**
     * Takes files over, all or none. Routes that are the same in the new version go on running.
     *
     * @param saved new versions, that fit together with what else runs
     * @return what changed, by file name
     */
    Map<String, Change> exchange(Map<String, Draft> saved, Collection<String> gone) throws StartFailure {
        Plan plan = plan(saved, gone);
        List<Part> begun = new ArrayList<>();
        for (Part part : inOrder(plan.out(), false)) {
            carryOut(() -> items.remove(part.item()), part, plan, begun);
        }
        for (Part part : inOrder(plan.in(), true)) {
            begun.add(part);
            carryOut(() -> items.add(part.draft(), part.item()), part, plan, begun);
        }
        files.keySet().removeAll(gone);
        files.putAll(saved);
        return plan.changes();
    }

    private void carryOut(Step step, Part part, Plan plan, List<Part> begun) throws StartFailure {
        try {
            step.run();
        } catch (Exception | LinkageError e) {
            rollBack(plan, begun);
            throw new StartFailure(part.draft(), e);
        }
    }

    private Plan plan(Map<String, Draft> saved, Collection<String> gone) {
        Map<String, @Nullable Draft> next = new LinkedHashMap<>();
        gone.forEach(name -> next.put(name, null));
        next.putAll(saved);
        List<Part> out = new ArrayList<>();
        List<Part> in = new ArrayList<>();
        Map<String, Change> changes = new TreeMap<>();
        next.forEach((name, fresh) -> {
            Draft old = files.get(name);
            boolean all = old == null || fresh == null || !meaning(old.scope()).equals(meaning(fresh.scope()));
            List<Part> leaving = parts(old, all ? null : fresh);
            List<Part> entering = parts(fresh, all ? null : old);
            out.addAll(leaving);
            in.addAll(entering);
            changes.put(name, change(leaving, entering));
        });
        restartUsers(next, out, in, changes);
        return new Plan(out, in, changes);
    }

    private static Object meaning(List<Item> items) {
        return items.stream().map(Item::meaning).toList();
    }

    /** What one version has and the other has not. */
    private static List<Part> parts(@Nullable Draft in, @Nullable Draft notIn) {
        List<Part> parts = new ArrayList<>();
        if (in != null) {
            for (Item item : in.items()) {
                if (item.kind() != Item.Kind.SCOPE && (notIn == null || !Shared.isIn(item, notIn.items()))) {
                    parts.add(new Part(in, item));
                }
            }
        }
        return parts;
    }

    private static Change change(List<Part> leaving, List<Part> entering) {
        Set<String> before = routeIds(leaving);
        Set<String> after = routeIds(entering);
        int kept = (int) after.stream().filter(before::contains).count();
        return new Change(kept, after.size() - kept, before.size() - kept);
    }

    private static Set<String> routeIds(List<Part> parts) {
        Set<String> ids = new TreeSet<>();
        parts.stream()
                .filter(p -> p.item().isRoute())
                .forEach(p -> ids.add(p.item().id()));
        return ids;
    }

    /** Routes hold the configuration and the template that they were built with. */
    private void restartUsers(
            Map<String, @Nullable Draft> next, List<Part> out, List<Part> in, Map<String, Change> changes) {
        next.forEach((name, fresh) -> {
            List<Item> changed = Shared.changed(files.get(name), fresh);
            int users = 0;
            for (Draft draft : files.values()) {
                boolean stays = !next.containsKey(draft.file().name());
                Draft after = stays ? draft : next.get(draft.file().name());
                for (Item route : Shared.users(draft, changed, files.values())) {
                    boolean moves = out.stream().anyMatch(p -> p.item() == route);
                    if (!moves && after != null) {
                        out.add(new Part(draft, route));
                        in.add(new Part(after, route));
                        users++;
                    }
                }
            }
            Change own = changes.getOrDefault(name, new Change(0, 0, 0));
            changes.put(name, new Change(own.changed() + users, own.added(), own.removed()));
        });
    }

    /**
     * What others need is there first and leaves last: shared items, then routes that are called, then those that take
     * messages from outside.
     */
    private static List<Part> inOrder(List<Part> parts, boolean entering) {
        List<Part> ordered = new ArrayList<>(parts);
        ordered.sort((a, b) -> (entering ? 1 : -1) * Integer.compare(rank(a.item()), rank(b.item())));
        return ordered;
    }

    private static int rank(Item item) {
        if (item.isShared()) {
            return item.kind() == Item.Kind.BEANS ? 0 : 1;
        }
        return item.beginsInside() ? 2 : 3;
    }

    /** Each step by itself: what cannot be put back must not keep the rest away. */
    private void rollBack(Plan plan, List<Part> begun) {
        for (Part part : inOrder(begun, false)) {
            tryTo(part, () -> items.remove(part.item()));
        }
        for (Part part : inOrder(plan.out(), true)) {
            // Not those that had not been stopped yet.
            if (!part.item().isRoute() || !items.isStarted(part.item().id())) {
                tryTo(part, () -> {
                    items.remove(part.item());
                    items.add(part.draft(), part.item());
                });
            }
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void tryTo(Part part, Step step) {
        RouteFile file = part.draft().file();
        try {
            step.run();
        } catch (Exception e) {
            log.atError()
                    .addKeyValue("file", file.location())
                    .addKeyValue("routeId", part.item().id())
                    .setCause(e)
                    .log("the last good version does not start again");
        }
    }
}
