/// Documents as a watch saw them last, for an update whose document is gone when the server looks it up.
///
/// Bounded in number and size; a document that is not here is simply not known.
struct RecentDocuments {
    private static let maximumCount = 256
    private static let maximumBytes = 16_384

    private var documents: [String: BSON] = [:]
    private var order: [String] = []

    mutating func note(_ id: String, _ document: BSON, bytes: Int) {
        guard bytes <= Self.maximumBytes else { return self.forget(id) }
        if self.documents.updateValue(document, forKey: id) == nil {
            self.order.append(id)
            if self.order.count > Self.maximumCount { self.documents[self.order.removeFirst()] = nil }
        }
    }

    mutating func forget(_ id: String) {
        guard self.documents.removeValue(forKey: id) != nil else { return }
        self.order.removeAll { $0 == id }
    }

    /// The document after a change that the server describes, `nil` when it is not known.
    mutating func apply(_ change: BSON?, to id: String) -> BSON? {
        guard var document = self.documents[id], let change else { return nil }
        for item in change["truncatedArrays"]?.array ?? [] {
            guard let field = item["field"]?.string, let size = item["newSize"]?.integer else { return nil }
            document = document.changing(field.split(separator: ".")[...]) { old in
                old?.array.map { .array(Array($0.prefix(Int(size)))) }
            }
        }
        for member in change["updatedFields"]?.members ?? [] {
            document = document.changing(member.name.split(separator: ".")[...]) { _ in member.value }
        }
        for field in change["removedFields"]?.array?.compactMap(\.string) ?? [] {
            document = document.changing(field.split(separator: ".")[...]) { _ in nil }
        }
        self.documents[id] = document
        return document
    }
}

extension BSON {
    /// The value with the place at the path changed; `nil` removes it.
    fileprivate func changing(_ path: ArraySlice<Substring>, _ change: (BSON?) -> BSON?) -> BSON {
        guard let name = path.first else { return change(self) ?? .null }
        let rest = path.dropFirst()
        switch self {
        case .document(var members):
            let index = members.firstIndex { $0.name == name }
            let old = index.map { members[$0].value }
            let new: BSON? = rest.isEmpty ? change(old) : (old ?? BSON.document([])).changing(rest, change)
            switch (index, new) {
            case (let index?, let new?): members[index].value = new
            case (let index?, nil): members.remove(at: index)
            case (nil, let new?): members.append(.init(name: String(name), value: new))
            case (nil, nil): break
            }
            return .document(members)
        case .array(var items):
            guard let index = Int(name), index >= 0, index <= items.count else { return self }
            let old: BSON? = index < items.count ? items[index] : nil
            let changed: BSON? = rest.isEmpty ? change(old) : (old ?? BSON.document([])).changing(rest, change)
            let new = changed ?? .null
            if index < items.count { items[index] = new } else { items.append(new) }
            return .array(items)
        default:
            return self
        }
    }
}
