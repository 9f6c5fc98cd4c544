//! Each kind of handle's page.

use std::path::Path;

use lifestage_core::handle::HandleKind;

use super::{File, NOTICE, batch, fields, row, table};

/// `docs/handles.md`.
pub fn index(kinds: &[HandleKind]) -> String {
    let line = |kind: &HandleKind| {
        let name = format!("[`{0}`](handles/{0}.md)", kind.name);
        row([&name, kind.about.en, kind.about.zh])
    };
    let kinds = table(&["Handle", "Remembers", "作用"], kinds.iter().map(line));
    format!(
        "# Handles\n\n{NOTICE}\n\n\
         What has state, under the same names in every language. A handle is opened, updated, queried, serialised and closed; \
         a serialised state is restored. What `customers` and `stages` hold is merged by an update `{{\"states\": [...]}}`, and \
         belongs to the policy that made it; the others hold the host's own facts and are restored under any policy. \
         `list_handles` gives the same to a program.\n\n\
         有状态的对象，各语言名称一致：打开、更新、查询、序列化、关闭。序列化的状态可以恢复。`customers` 与 `stages` 的状态可通过更新 \
         `{{\"states\": [...]}}` 合并，且只属于产生它的策略；其余句柄保存主机自有的事实，可在任何策略下恢复。程序可用 `list_handles` 取得。\n\n{kinds}"
    )
}

/// A kind of handle's page.
pub fn file(kind: &HandleKind, folder: &Path) -> File {
    let [told, answered] = kind.update.map(|schema| fields::section(schema().as_json()));
    let [asked, known] = kind.query.map(|schema| fields::section(schema().as_json()));
    let params = fields::section((kind.params)().as_json());
    let page = format!(
        "# {}\n\n{NOTICE}\n\n{}\n\n{}\n\n\
         ## Open\n\n{params}\n## Update\n\n{told}\n## What an update answers\n\n{answered}\n\
         ## Query\n\n{asked}\n## What a query answers\n\n{known}{}",
        kind.name,
        kind.about.en,
        kind.about.zh,
        batch::of_handle(kind)
    );
    File::new(folder.join(format!("{}.md", kind.name)), page)
}
