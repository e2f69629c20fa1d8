package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What files have that routes of other files use, and which routes do. */
final class Shared {

    private Shared() {}

    /** Shared items that are in one version of a file only. */
    static List<Item> changed(@Nullable Draft old, @Nullable Draft fresh) {
        List<Item> changed = new ArrayList<>(only(old, fresh));
        changed.addAll(only(fresh, old));
        return changed;
    }

    /** Shared items of one version that the other does not have in the same words. */
    private static List<Item> only(@Nullable Draft in, @Nullable Draft notIn) {
        if (in == null) {
            return List.of();
        }
        return in.shared().stream()
                .filter(item -> notIn == null || !isIn(item, notIn.shared()))
                .toList();
    }

    static boolean isIn(Item item, List<Item> items) {
        return items.stream()
                .anyMatch(other ->
                        other.meaning().equals(item.meaning()) && other.id().equals(item.id()));
    }

    /** The routes of a file that use some shared items, be it by way of others. */
    static List<Item> users(Draft draft, List<Item> shared, Collection<Draft> all) {
        List<Item> reach = new ArrayList<>(shared);
        List<Item> others = new ArrayList<>();
        all.forEach(each -> others.addAll(each.shared()));
        boolean grew = !reach.isEmpty();
        while (grew) {
            List<Item> more = others.stream()
                    .filter(other -> !reach.contains(other) && reach.stream().anyMatch(other::uses))
                    .toList();
            reach.addAll(more);
            grew = !more.isEmpty();
        }
        return draft.routes().stream()
                .filter(route -> reach.stream().anyMatch(route::uses))
                .toList();
    }
}
