# Words of the layout and components. Keys begin with ui-.
ui-product = 站网
ui-skip = 跳到正文
ui-nav = 主导航
ui-nav-area = 本区页面
ui-more = 更多
ui-crumbs = 所在位置
ui-foot = 站网 · 社工站建设与服务工作平台
ui-home = 返回首页
ui-login = 登录
ui-logout = 退出登录
ui-account = 我的账号
ui-sessions = 登录记录与会话
ui-large-on = 大字版
ui-large-off = 标准字号
ui-theme-dark = 深色
ui-theme-light = 浅色
ui-search = 搜索
ui-search-hint = 人员、站点、文件、页面，可用拼音首字母
ui-search-go = 搜索

ui-area-today = 今日
ui-area-wall = 挂图
ui-area-stations = 站点
ui-area-people = 人员
ui-area-service = 服务
ui-area-reporting = 报送
ui-area-evaluation = 评估
ui-area-funds = 资金
ui-area-tasks = 督办
ui-area-admin = 管理

ui-status-done = 已完成
ui-status-on-course = 按期推进
ui-status-behind = 进展较慢
ui-status-overdue = 逾期
ui-status-no-data = 未到期或无数据
ui-legend = 图例

ui-required = 必填
ui-choose = 请选择
ui-errors = 有 { $n } 处需要修改，已填内容都还在：
ui-id-bad = 号码有误，请核对（末位校验不符或日期不存在）。
ui-region-next = 选好后列出下一级

ui-filters = 筛选条件
ui-filter-remove = 去掉这个条件
ui-export = 导出 XLSX
ui-print = 打印
ui-total = 合计
ui-rest = 其余 { $n } 行
ui-rest-areas = 其余 { $n } 个
ui-part-all = 共 { $n }
ui-part-loud = 需跟进 { $n } · { $all }
ui-paging = 翻页
ui-paging-range = 第 { $from }–{ $to } 条，共 { $total } 条
ui-prev = 上一页
ui-next = 下一页
ui-week = 时间
ui-show = 显示
ui-unconfirmed = 未审核

ui-draft-saved = 草稿已自动保存
ui-draft-unsaved = 暂时无法保存，内容留在本机，恢复连接后再存
ui-draft-anew = 不用这些内容，重新填
ui-draft-anew-sure = 恢复的内容会删除，打开一张空表。确定重新填？
ui-draft-restored = 已恢复上次未保存的内容
ui-unreached = 网络不通，没有发送。您填的内容没有丢失，已暂存在这台设备的这个页面里，请不要关闭它；网络恢复后点“再次发送”。
ui-unreached-again = 再次发送
ui-live-ended = 数据已停止更新
ui-live-ended-how = 登录或本屏的链接已失效，旧数字已撤下。请重新登录；大屏请管理员重新生成链接后打开。
ui-live-lost = 连接中断，正在重连，数字可能不是最新

ui-conflict-title = 别人先保存了一个版本
ui-conflict-text = { $who } 已保存新版本。您填的内容没有丢失，请选择保留哪一个。
ui-conflict-field = 项目
ui-conflict-theirs = 已保存的版本
ui-conflict-mine = 您填的版本
ui-conflict-differs = 不同
ui-conflict-keep-mine = 用我的版本再次提交
ui-conflict-take-theirs = 查看已保存的版本

ui-map-review = 审图号：{ $no }
ui-map-unreviewed = 演示底图·未经审图·不得公开展示

ui-error-400 = 请求有误
ui-error-401 = 请先登录
ui-error-403 = 没有权限
ui-error-404 = 找不到页面
ui-error-405 = 不支持的操作
ui-error-409 = 内容有冲突
ui-error-413 = 文件或内容太大
ui-error-422 = 填写有误
ui-error-429 = 操作太频繁
ui-error-500 = 系统出错
ui-error-503 = 暂时无法使用
ui-error-step-up = 请再输入一次密码
ui-error-confirm-refused = 请再输入一次密码
ui-error-code = 错误代码
ui-request-id = 请求编号（报修时请提供）

ui-gallery = 组件样例
ui-gallery-lead = 全部组件各画一次，数据均为虚构。
ui-sample-saved = 已保存。
ui-sample-next = 继续登记下一个
ui-field-leave = 退出登录会删除手机上的外勤名单。还有 { $n } 条记录没有发送，它们会留在手机上。继续吗？
